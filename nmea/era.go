package nmea

const (
	// eraDays is how long the ten bits of the GPS week number last: 1024 weeks,
	// 19.6 years (IS-GPS-200, 20.3.3.3.1.1). A receiver that does not know the era
	// shows a date that is a multiple of it wrong, mostly in the past.
	eraDays = 1024 * 7

	// trustYears is how far past the build date a resolved date is believed. An era
	// is told rightly for 19 years; of a program ten years old nobody knows
	// any more what runs beside it.
	trustYears = 10
)

// Resolve moves the day that a receiver shows on by whole eras until it is not
// before the pivot, which is the day the program was built: no receiver can be
// running before that. It gives the day and the number of eras added. The system
// clock is not asked; on a machine without a battery it may be absurd in either
// direction.
func Resolve(shown, pivot Date) (Date, int) {
	behind := pivot.days() - shown.days()
	if behind <= 0 {
		return shown, 0
	}
	eras := (behind + eraDays - 1) / eraDays
	return shown.AddDays(eras * eraDays), eras
}

// tooFar tells whether a resolved day is further past the pivot than one may believe.
func tooFar(d, pivot Date) bool {
	return d.Midnight().After(pivot.Midnight().AddDate(trustYears, 0, 0))
}

// isDefault tells whether the day, as shown and not yet resolved, is one that
// receivers count up from after power-up, before they have heard any: the GPS
// epoch of 6 January 1980 (2080 where the century is guessed) and the first
// rollover of 22 August 1999. Some flag it as valid, some go on counting for
// days, so a few weeks are taken for it; and all of 1980, since some set the year
// alone, and no receiver is left that means three eras later.
func isDefault(shown Date) bool {
	switch {
	case shown.Year == 1980 || shown.Year == 2080:
		return true
	case shown.Year == 1999 && shown.Month == 8 && shown.Day >= 15:
		return true
	}
	return false
}
