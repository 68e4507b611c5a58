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
]
