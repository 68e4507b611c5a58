import type { Appointment } from './appointments.ts'

/** The whole page: who comes and why, and a form for the next one. */
export function page(appointments: readonly Appointment[]): string {
  const items = appointments.map(({ patient, reason }) => `<li><b>${text(patient)}</b>: ${text(reason)}</li>`)
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Appointments</title></head>
  <body>
    <h1>Appointments</h1>
    <ul>${items.join('')}</ul>
    <form method="post" action="/appointments">
      <label>Patient <input name="patient" required maxlength="80"></label>
      <label>Reason <input name="reason" required maxlength="200"></label>
      <button>Book</button>
    </form>
  </body>
</html>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function text(value: string): string {
  return value.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
}
