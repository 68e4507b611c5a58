import { expect, test } from '@iris-devtester/playwright'

test('an appointment is there after it was booked, and still there after a reload', async ({ page }) => {
  await page.goto('/')
  await page.getByLabel('Patient').fill('Ada Okafor')
  await page.getByLabel('Reason').fill('Blood pressure')
  await page.getByRole('button', { name: 'Book' }).click()

  const appointment = page.getByRole('listitem').filter({ hasText: 'Ada Okafor' })
  await expect(appointment).toHaveText('Ada Okafor: Blood pressure')

  await page.reload()
  await expect(appointment).toHaveText('Ada Okafor: Blood pressure')
})

test('what is in the database is shown, letter by letter', async ({ page, iris }) => {
  await page.goto('/')
  await iris.sql('INSERT INTO Appointment (appointment_id, patient, reason) VALUES (?, ?, ?)', [
    'from-a-test',
    'Luz García',
    'x < y & <b>z</b>',
  ])

  await page.reload()
  await expect(page.getByRole('listitem').filter({ hasText: 'Luz' })).toHaveText('Luz García: x < y & <b>z</b>')
})
