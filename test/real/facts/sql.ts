import { type Fact, finding, same } from '../fact.ts'
import { summaryOf } from '../real-iris.ts'

/** SQL over HTTP. */
export const SQL: readonly Fact[] = [
  {
    claim: 'An SQL error is HTTP 200 with `SQLCODE: <number>` and the message in status.summary',
    check: async (iris) => {
      const answer = await (await iris.web()).query('SELECT * FROM Fact.Nope')
      return finding(answer.http === 200 && /SQLCODE: -30 Message: /.test(answer.status.summary), summaryOf(answer))
    },
  },
  {
    claim: 'A closing semicolon is an error',
    check: async (iris) => {
      const answer = await (await iris.web()).query('SELECT 1;')
      return finding(answer.status.summary !== '', summaryOf(answer))
    },
  },
  {
    claim: 'Columns without a name are Aggregate_n, HostVar_n and Expression_n',
    check: async (iris) => {
      const [row] = await (await iris.web()).rows("SELECT COUNT(*), 5, UPPER('a')")
      return same(Object.keys(row ?? {}), ['Aggregate_1', 'HostVar_2', 'Expression_3'])
    },
  },
  {
    claim: 'Null comes back as an empty text, an empty text as one character of code 0, and so they are sent',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Box (Name VARCHAR(5), Note VARCHAR(5), Rest VARCHAR(5), Literal VARCHAR(5))')
      await web.rows("INSERT INTO Fact.Box (Name, Note, Rest, Literal) VALUES (?, ?, ?, '')", ['Ada', '', '\u0000'])
      return same(
        [
          await web.rows('SELECT Name, Note, Rest, Literal FROM Fact.Box'),
          await web.rows("SELECT COUNT(*) AS n FROM Fact.Box WHERE Note IS NULL AND Rest = '' AND Literal = ''"),
        ],
        [[{ Name: 'Ada', Note: '', Rest: '\u0000', Literal: '\u0000' }], [{ n: 1 }]],
      )
    },
  },
  {
    claim: 'Texts compare without case',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Cased (Name VARCHAR(5))')
      await web.rows('INSERT INTO Fact.Cased (Name) VALUES (?)', ['Ada'])
      return same(await web.rows('SELECT Name FROM Fact.Cased WHERE Name = ?', ['ADA']), [{ Name: 'Ada' }])
    },
  },
  {
    claim: 'A whole number sent as text with its digits is stored with all of them, and comes back as a number',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Wide (N BIGINT)')
      await web.rows('INSERT INTO Fact.Wide (N) VALUES (?)', ['9007199254740993'])
      return same(await web.rows('SELECT CAST(N AS VARCHAR(30)) AS N FROM Fact.Wide WHERE N = 9007199254740993'), [
        { N: '9007199254740993' },
      ])
    },
  },
  {
    claim: 'A text that is too long is SQLCODE -104',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Short (Name VARCHAR(3))')
      return same(await web.sqlcode('INSERT INTO Fact.Short (Name) VALUES (?)', ['long']), -104)
    },
  },
  {
    claim: 'A transaction does not reach into the next call',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Kept (Name VARCHAR(3))')
      await web.rows('START TRANSACTION')
      await web.rows("INSERT INTO Fact.Kept (Name) VALUES ('a')")
      await web.rows('ROLLBACK')
      return same(await web.rows('SELECT COUNT(*) AS n FROM Fact.Kept'), [{ n: 1 }])
    },
  },
  {
    claim: 'A class stored and compiled over HTTP that extends %Persistent is a table',
    check: async (iris) => {
      const web = await iris.web()
      const content = ['Class Fact.Person Extends %Persistent', '{', 'Property Name As %String;', '}']
      const stored = await web.call('/api/atelier/v1/USER/doc/Fact.Person.cls?ignoreConflict=1', {
        method: 'PUT',
        body: { enc: false, content },
      })
      const compiled = await web.call('/api/atelier/v1/USER/action/compile?flags=cuk', { body: ['Fact.Person.cls'] })
      await web.rows("INSERT INTO Fact.Person (Name) VALUES ('Ada')")
      return same(
        [stored.status.summary, compiled.status.summary, await web.rows('SELECT ID, Name FROM Fact.Person')],
        ['', '', [{ ID: 1, Name: 'Ada' }]],
      )
    },
  },
  {
    claim: 'A persistent class that is stored and compiled again has the columns of its new properties, and its rows',
    check: async (iris) => {
      const web = await iris.web()
      const compile = async (...properties: string[]) => {
        const content = ['Class Fact.Grown Extends %Persistent', '{', ...properties, '}']
        await web.call('/api/atelier/v1/USER/doc/Fact.Grown.cls?ignoreConflict=1', {
          method: 'PUT',
          body: { enc: false, content },
        })
        await web.call('/api/atelier/v1/USER/action/compile?flags=cuk', { body: ['Fact.Grown.cls'] })
      }
      await compile('Property Name As %String;')
      await web.rows("INSERT INTO Fact.Grown (Name) VALUES ('Ada')")
      await compile('Property Name As %String;', 'Property City As %String;')
      return same(await web.rows('SELECT Name, City FROM Fact.Grown'), [{ Name: 'Ada', City: '' }])
    },
  },
  {
    claim: 'TRUNCATE TABLE lets row numbers and identities begin at 1; rows inserted in order have the numbers 1, 2, 3',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Counted (Id IDENTITY, A INTEGER)')
      await web.rows('INSERT INTO Fact.Counted (A) VALUES (1)')
      await web.rows('INSERT INTO Fact.Counted (A) VALUES (2)')
      await web.rows('CREATE TABLE Fact.Kept1 AS SELECT %ID AS IdtRow, A FROM Fact.Counted')
      await web.rows('TRUNCATE TABLE Fact.Counted')
      await web.rows(
        'INSERT %NOCHECK %NOTRIGGER INTO Fact.Counted (A) SELECT TOP ALL A FROM Fact.Kept1 ORDER BY IdtRow',
      )
      return same(await web.rows('SELECT Id, A FROM Fact.Counted ORDER BY Id'), [
        { Id: 1, A: 1 },
        { Id: 2, A: 2 },
      ])
    },
  },
  {
    claim: 'INFORMATION_SCHEMA.COLUMNS marks an identity, and the row number of a class, by IS_IDENTITY',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Marked (Id IDENTITY, A INTEGER)')
      const content = ['Class Fact.Row Extends %Persistent', '{', 'Property Name As %String;', '}']
      await web.call('/api/atelier/v1/USER/doc/Fact.Row.cls?ignoreConflict=1', {
        method: 'PUT',
        body: { enc: false, content },
      })
      await web.call('/api/atelier/v1/USER/action/compile?flags=cuk', { body: ['Fact.Row.cls'] })
      const marked = `SELECT TABLE_NAME, COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS
        WHERE TABLE_SCHEMA = 'Fact' AND TABLE_NAME IN ('Marked', 'Row') AND IS_IDENTITY = 'YES' ORDER BY TABLE_NAME`
      return same(await web.rows(marked), [
        { TABLE_NAME: 'Marked', COLUMN_NAME: 'Id' },
        { TABLE_NAME: 'Row', COLUMN_NAME: 'ID' },
      ])
    },
  },
  {
    claim: 'INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS names both tables of a foreign key',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Parent (Id IDENTITY, A INTEGER)')
      await web.rows('CREATE TABLE Fact.Child (Id IDENTITY, P INTEGER, FOREIGN KEY (P) REFERENCES Fact.Parent (Id))')
      const keys = `SELECT CONSTRAINT_SCHEMA, CONSTRAINT_TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, UNIQUE_CONSTRAINT_TABLE
        FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_TABLE_NAME = 'Child'`
      return same(await web.rows(keys), [
        {
          CONSTRAINT_SCHEMA: 'Fact',
          CONSTRAINT_TABLE_NAME: 'Child',
          UNIQUE_CONSTRAINT_SCHEMA: 'Fact',
          UNIQUE_CONSTRAINT_TABLE: 'Parent',
        },
      ])
    },
  },
  {
    claim: 'TRUNCATE TABLE %NOCHECK and DELETE %NOCHECK do not look at foreign keys; without it that is SQLCODE -124',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Chief (Id IDENTITY, A INTEGER)')
      await web.rows('CREATE TABLE Fact.Clerk (Id IDENTITY, P INTEGER, FOREIGN KEY (P) REFERENCES Fact.Chief (Id))')
      await web.rows('INSERT INTO Fact.Chief (A) VALUES (1)')
      await web.rows('INSERT INTO Fact.Clerk (P) VALUES (1)')
      return same(
        [
          await web.sqlcode('DELETE FROM Fact.Chief'),
          await web.sqlcode('TRUNCATE TABLE %NOCHECK Fact.Chief'),
          await web.rows('SELECT COUNT(*) AS n FROM Fact.Chief'),
        ],
        [-124, 0, [{ n: 0 }]],
      )
    },
  },
  {
    claim: 'A long text is copied by INSERT … SELECT as it is',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Long (B LONGVARCHAR)')
      await web.rows('INSERT INTO Fact.Long (B) VALUES (?)', ['x'.repeat(50_000)])
      await web.rows('CREATE TABLE Fact.Kept2 AS SELECT %ID AS IdtRow, B FROM Fact.Long')
      await web.rows('TRUNCATE TABLE Fact.Long')
      await web.rows('INSERT INTO Fact.Long (B) SELECT B FROM Fact.Kept2')
      return same(await web.rows('SELECT CHARACTER_LENGTH(B) AS n FROM Fact.Long'), [{ n: 50_000 }])
    },
  },
  {
    claim: 'CAST(? AS DATE) takes YYYY-MM-DD',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Dated (B DATE)')
      const code = await web.sqlcode('INSERT INTO Fact.Dated (B) VALUES (CAST(? AS DATE))', ['1999-12-31'])
      return same([code, await web.rows('SELECT COUNT(*) AS n FROM Fact.Dated WHERE B IS NOT NULL')], [0, [{ n: 1 }]])
    },
  },
]
