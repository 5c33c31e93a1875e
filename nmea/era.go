package nmea

const (
	// eraDays is the range of the ten-bit GPS week number: 1024 weeks, 19.6 years
	// (IS-GPS-200, 20.3.3.3.1.1). A receiver that does not know the era shows a date
	// that is wrong by a multiple of it, usually in the past.
	eraDays = 1024 * 7

	// trustYears is how far past the build date a resolved date is trusted. The
	// correction is unambiguous for 19 years; ten leave a margin.
	trustYears = 10
)

// Resolve corrects a week rollover. It moves a date that a receiver shows forward by
// whole eras until it is not before buildDate, the day the program was built: a date
// before that cannot be the current one. It returns the date and the number of eras
// added; with a zero buildDate, the date as shown and 0. It does not use the system
// clock, which may be far off in either direction on a machine without a battery.
func Resolve(shown, buildDate Date) (Date, int) {
	behind := buildDate.days() - shown.days()
	if behind <= 0 || buildDate.IsZero() {
		return shown, 0
	}
	eras := (behind + eraDays - 1) / eraDays
	return shown.AddDays(eras * eraDays), eras
}

// tooFar reports whether a resolved date is too far after the build date to be trusted.
func tooFar(d, buildDate Date) bool {
	return !buildDate.IsZero() && d.Midnight().After(buildDate.Midnight().AddDate(trustYears, 0, 0))
}

// isDefault reports whether a date, as shown, is a power-up default, from which
// receivers count until satellites send the date: the GPS epoch of 6 January 1980 (2080
// if the century is guessed) or the first rollover of 22 August 1999. Some receivers
// flag it as valid, and some count on for days, so a few weeks are included. All of
// 1980 is included, since some set the year alone; a receiver three eras behind no
// longer exists.
func isDefault(shown Date) bool {
	switch {
	case shown.Year == 1980 || shown.Year == 2080:
		return true
	case shown.Year == 1999 && shown.Month == 8 && shown.Day >= 15:
		return true
	}
	return false
}
