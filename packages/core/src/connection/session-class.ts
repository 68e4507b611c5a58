/** The class that runs statements in a session of IRIS. */
export const SESSION_CLASS = 'IrisDevtester.Session'

/**
 * Its source, loaded into a namespace with the first transaction there. A request and each line of the answer are JSON in
 * UTF-8 and base64: a session's input and output are lines of text. A line has at most 8,000 characters of it.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=GSQL_dynsql
 */
export const SESSION_SOURCE = `/// Runs SQL statements in a session, for the tests of @iris-devtester.
Class ${SESSION_CLASS}
{

/// Runs a statement. Writes each row as a list of values, then its columns, row count and identity, or what IRIS says to it.
ClassMethod Execute(encoded As %String)
{
    Set outcome = ##class(%DynamicObject).%New()
    Try {
        Set request = ##class(%DynamicObject).%FromJSON($ZCONVERT($SYSTEM.Encryption.Base64Decode(encoded), "I", "UTF8"))
        Set parameters = request.%Get("parameters")
        Set values = parameters.%Size()
        For at=1:1:values {
            Set values(at) = parameters.%Get(at - 1)
        }
        Set result = ##class(%SQL.Statement).%ExecDirect(, request.%Get("query"), values...)
        If (result.%SQLCODE < 0) {
            Do outcome.%Set("sqlcode", result.%SQLCODE)
            Do outcome.%Set("message", result.%Message)
            Quit
        }
        Set columns = ##class(%DynamicArray).%New()
        Set described = result.%GetMetadata().columns
        For at=1:1:result.%ResultColumnCount {
            Set column = described.GetAt(at)
            Do columns.%Push(column.colName)
            Set isNumber(at) = ",-7,-6,-5,2,3,4,5,6,7,8," [ (","_column.ODBCType_",")
        }
        Set max = request.%Get("max")
        Set rows = 0
        While (result.%ResultColumnCount > 0) && ((max = "") || (rows < max)) && result.%Next() {
            Set row = ##class(%DynamicArray).%New()
            For at=1:1:result.%ResultColumnCount {
                Set value = result.%GetData(at)
                If isNumber(at) && (value '= "") {
                    Do row.%Push(+value)
                } Else {
                    Do row.%Push(value, "string")
                }
            }
            Do ..Send(row)
            Set rows = rows + 1
        }
        If (result.%SQLCODE < 0) {
            Do outcome.%Set("sqlcode", result.%SQLCODE)
            Do outcome.%Set("message", result.%Message)
            Quit
        }
        Do outcome.%Set("columns", columns)
        Do outcome.%Set("rowCount", result.%ROWCOUNT)
        Do outcome.%Set("identity", result.%ROWID)
    } Catch error {
        Do outcome.%Set("sqlcode", -400)
        Do outcome.%Set("message", error.DisplayString())
    }
    Do ..Send(outcome)
}

ClassMethod Send(value As %DynamicAbstractObject) [ Private ]
{
    Set text = $SYSTEM.Encryption.Base64Encode($ZCONVERT(value.%ToJSON(), "O", "UTF8"), 1)
    For from=1:8000:$LENGTH(text) {
        Write !, "@@"_$SELECT(from + 8000 > $LENGTH(text): "L ", 1: "P ")_$EXTRACT(text, from, from + 7999)
    }
}

}
`
