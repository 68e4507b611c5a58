import { connectIris } from '@iris-devtester/core/connection'

// #region example
export async function admit(name: string, ward: number): Promise<number> {
  return connectIris().transaction(async (tx) => {
    const { identity } = await tx.sql('INSERT INTO Patient (Name) VALUES (?)', [name])
    await tx.sql('UPDATE Ward SET Beds = Beds - 1 WHERE Id = ?', [ward])
    const [row] = await tx.sql<{ Beds: number }>('SELECT Beds FROM Ward WHERE Id = ?', [ward])
    if (row === undefined || row.Beds < 0) throw new Error(`Ward ${ward} is full.`)
    return Number(identity)
  })
}
// #endregion example
