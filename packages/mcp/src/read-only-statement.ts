import { McpRefusal } from './refusal-error.ts'
import { sqlTokens } from './sql-tokens.ts'

/** Reserved words that a query never contains, or only to change or lock something: `SELECT … INTO`, `FOR UPDATE`. */
const WRITING = new Set(
  'ALTER CALL COMMIT CREATE DECLARE DELETE DROP EXEC EXECUTE GRANT INSERT INTO MERGE REVOKE ROLLBACK UPDATE'.split(' '),
)

/** Reserved words after which a parenthesis opens no call. */
const BEFORE_PARENTHESIS = new Set(
  (
    'ALL AND ANY AS BETWEEN BY CASE DISTINCT ELSE EXCEPT EXISTS FROM HAVING IN INTERSECT JOIN LIKE NOT ON OR OVER SELECT ' +
    'SOME THEN TOP UNION USING WHEN WHERE %INLIST %MATCHES %PATTERN %STARTSWITH'
  ).split(' '),
)

/** Types that take a length, as in `CAST(x AS VARCHAR(10))`. */
const TYPES = new Set(
  'CHAR CHARACTER DEC DECIMAL FLOAT NUMERIC NUMBER NVARCHAR TIME TIMESTAMP VARBINARY VARCHAR'.split(' '),
)

/** Functions of IRIS itself that only compute. A project's own functions are methods, which may do anything. */
const COMPUTING = new Set(
  (
    'AVG COUNT MAX MIN SUM LIST %DLIST STDDEV STDDEV_SAMP STDDEV_POP VARIANCE VAR_SAMP VAR_POP XMLAGG JSON_ARRAYAGG ' +
    'ROW_NUMBER RANK DENSE_RANK PERCENT_RANK CUME_DIST NTILE LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE ' +
    'ABS ACOS ASCII ASIN ATAN ATAN2 CAST CEILING CHAR CHAR_LENGTH CHARACTER_LENGTH CHARINDEX COALESCE CONCAT CONVERT COS ' +
    'COT CURDATE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURTIME DATE DATEADD DATEDIFF DATENAME DATEPART DAY DAYNAME ' +
    'DAYOFMONTH DAYOFWEEK DAYOFYEAR DECODE DEGREES EXP FLOOR GETDATE GETUTCDATE GREATEST HOUR IFNULL INSTR ISNULL ' +
    'ISNUMERIC JSON_ARRAY JSON_OBJECT LAST_DAY LCASE LEAST LEFT LEN LENGTH LOG LOG10 LOWER LPAD LTRIM MINUTE MOD MONTH ' +
    'MONTHNAME NOW NULLIF NVL PI POSITION POWER QUARTER RADIANS REPEAT REPLACE REPLICATE REVERSE RIGHT ROUND RPAD RTRIM ' +
    'SECOND SIGN SIN SPACE SQRT SQUARE STR STRING STUFF SUBSTR SUBSTRING SYSDATE TAN TIMESTAMPADD TIMESTAMPDIFF TO_CHAR ' +
    'TO_DATE TO_NUMBER TO_TIMESTAMP TRIM TRUNCATE UCASE UNIX_TIMESTAMP UPPER USER WEEK XMLCONCAT XMLELEMENT XMLFOREST ' +
    'YEAR %ALPHAUP %EXACT %EXTERNAL %INTERNAL %MVR %ODBCIN %ODBCOUT %SQLSTRING %SQLUPPER %STRING %TRUNCATE %UPPER ' +
    '$EXTRACT $FIND $JUSTIFY $LENGTH $LIST $LISTBUILD $LISTDATA $LISTFIND $LISTFROMSTRING $LISTGET $LISTLENGTH $LISTSAME ' +
    '$LISTTOSTRING $PIECE $TRANSLATE'
  ).split(' '),
)

/** Values of IRIS itself that look like functions without their parentheses. */
const VALUES = new Set(
  '$HOROLOG $JOB $NAMESPACE $TLEVEL $USERNAME $ZHOROLOG $ZTIMESTAMP $ZTIMEZONE $ZVERSION'.split(' '),
)

/**
 * Lets a statement pass that can only read: one `SELECT`, or one `WITH … SELECT`, that calls no function but those of IRIS
 * that compute. Whatever else it is, or can't be told apart from, is refused: several statements, comments, `CALL`,
 * `SELECT … INTO`, a project's own functions and procedures, host variables.
 *
 * @throws McpRefusal `READ_ONLY`
 */
export function requireReadOnly(statement: string): void {
  const tokens = sqlTokens(statement)
  const problem = typeof tokens === 'string' ? tokens : firstProblem(tokens)
  if (problem === undefined) return
  const message = `The statement is not run, because without \`write: true\` only a SELECT may be: ${problem}.`
  throw new McpRefusal('READ_ONLY', message, { problem })
}

function firstProblem(tokens: readonly string[]): string | undefined {
  const query = isWord(tokens[0], 'WITH') ? afterWith(tokens) : 0
  if (!isWord(tokens[query], 'SELECT')) return `it begins with ${shown(tokens[query] ?? '')}`
  for (const [at, token] of tokens.entries()) {
    const word = token.toUpperCase()
    const [before, after] = [tokens[at - 1], tokens[at + 1]]
    if (after === '(' && isName(token)) {
      const isKnown = COMPUTING.has(word) || BEFORE_PARENTHESIS.has(word) || (TYPES.has(word) && isWord(before, 'AS'))
      if (before === '.' || !isKnown) return `it calls ${shown(token)}`
    } else if (token.startsWith('$') && !VALUES.has(word)) return `it contains ${shown(token)}`
    else if (WRITING.has(word) && before !== '.') return `it contains ${shown(token)}`
  }
  return undefined
}

/** Where the statement behind `WITH name AS (…), …` begins. */
function afterWith(tokens: readonly string[]): number {
  let at = isWord(tokens[1], 'RECURSIVE') ? 2 : 1
  while (isWord(tokens[at + 1], 'AS') && tokens[at + 2] === '(') {
    let depth = 1
    for (at += 3; depth > 0 && at < tokens.length; at += 1) {
      if (tokens[at] === '(') depth += 1
      if (tokens[at] === ')') depth -= 1
    }
    if (tokens[at] !== ',') break
    at += 1
  }
  return at
}

function isWord(token: string | undefined, word: string): boolean {
  return token?.toUpperCase() === word
}

/** A name, quoted or not; not an operator, a number or a text. */
function isName(token: string): boolean {
  return /^["%$\p{L}_]/u.test(token)
}

function shown(token: string): string {
  return JSON.stringify(token.length > 40 ? `${token.slice(0, 40)}…` : token)
}
