/** The class that does several statements in one call. */
export const BATCH_CLASS = 'IrisDevtester.Batch'

/**
 * Its source. It is loaded beside the record of a namespace's data, and is part of the namespace as that is. What it is
 * asked and answers is JSON in texts, which hold at most 3,641,144 characters.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=GSQL_procedures
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=GSQL_dynsql
 */
export const BATCH_SOURCE = `/// Runs several SQL statements in one call, for the tests of @iris-devtester.
Class ${BATCH_CLASS}
{

/// The rows of each query of a list, as lists of values; in the place of one that fails, what IRIS says to it.
ClassMethod Rows(queries As %String(MAXLEN = 3000000)) As %String(MAXLEN = 3000000) [ SqlProc ]
{
    Set answer = ##class(%DynamicArray).%New()
    Set list = ##class(%DynamicArray).%FromJSON(queries)
    For at=0:1:(list.%Size()-1) {
        Set result = ##class(%SQL.Statement).%ExecDirect(, list.%Get(at))
        If (result.%SQLCODE < 0) {
            Do answer.%Push({"sqlcode": (result.%SQLCODE), "message": (result.%Message)})
            Continue
        }
        Set rows = ##class(%DynamicArray).%New()
        While (result.%Next()) {
            Set row = ##class(%DynamicArray).%New()
            For column=1:1:result.%ResultColumnCount {
                Do row.%Push(result.%GetData(column))
            }
            Do rows.%Push(row)
        }
        Do answer.%Push(rows)
    }
    Quit answer.%ToJSON()
}

/// Runs statements in turn until one fails or the time is up. In the place of a statement may be a list: a statement, and
/// the one to run where it fails. Gives how many are done, and what IRIS says to the one that failed.
ClassMethod Run(statements As %String(MAXLEN = 3000000), milliseconds As %Integer = 0) As %String(MAXLEN = 3000000) [ SqlProc ]
{
    Set answer = {"done": 0}
    Try {
        Set began = $ZHOROLOG
        Set list = ##class(%DynamicArray).%FromJSON(statements)
        For at=0:1:(list.%Size()-1) {
            Set statement = list.%Get(at)
            Set otherwise = ""
            If $IsObject(statement) {
                Set otherwise = statement.%Get(1)
                Set statement = statement.%Get(0)
            }
            Set result = ##class(%SQL.Statement).%ExecDirect(, statement)
            If (result.%SQLCODE < 0) && (otherwise '= "") {
                Set result = ##class(%SQL.Statement).%ExecDirect(, otherwise)
            }
            If (result.%SQLCODE < 0) {
                Do answer.%Set("sqlcode", result.%SQLCODE)
                Do answer.%Set("message", result.%Message)
                Quit
            }
            Do answer.%Set("done", at + 1)
            If (milliseconds > 0) && (($ZHOROLOG - began) * 1000 >= milliseconds) {
                Quit
            }
        }
    } Catch error {
        Do answer.%Set("sqlcode", -400)
        Do answer.%Set("message", error.DisplayString())
    }
    Quit answer.%ToJSON()
}

/// The locks of other processes in this namespace's database: process, lock, user, client's address and program of each.
ClassMethod Holders() As %String(MAXLEN = 3000000) [ SqlProc ]
{
    Set answer = ##class(%DynamicArray).%New()
    Set folder = $ZCONVERT(##class(%Library.File).NormalizeDirectory(""), "L")
    Set locks = ##class(%Library.ResultSet).%New("%SYS.LockQuery:List")
    Do locks.Execute("")
    While (locks.Next()) {
        Set owner = locks.Get("Owner")
        If (owner [ "|") {
            Set owner = $PIECE(owner, "|", 2)
        }
        If (owner = $JOB) || ($ZCONVERT(locks.Get("FullReference"), "L") '[ folder) {
            Continue
        }
        Set holder = ##class(%DynamicArray).%New()
        Do holder.%Push(owner)
        Do holder.%Push(locks.Get("LockString"))
        Set process = ##class(%SQL.Statement).%ExecDirect(, "SELECT UserName, ClientIPAddress, ClientExecutableName FROM %SYS.ProcessQuery WHERE Pid = ?", owner)
        If (process.%Next()) {
            For column=1:1:3 {
                Do holder.%Push(process.%GetData(column))
            }
        }
        Do answer.%Push(holder)
    }
    Quit answer.%ToJSON()
}

}
`
