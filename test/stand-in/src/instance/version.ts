/** What `$ZVERSION` gives: a real one's form, and the plain word that this isn't one. */
export const ZVERSION =
  'IRIS for UNIX (Stand-in test double for x86-64) 2025.3 (Build 226U) Thu Nov 20 2025 12:00:00 UTC'

/** The version as `iris list` shows it. */
export const VERSION_ID = '2025.3.0.226.0com'
