package sim

import (
	"fmt"
	"strings"
	"time"
)

// A composer returns the sentences of one kind for one epoch, or none.
type composer func(s *solution) []sentence

// composeRMC returns RMC: time, status, position, speed, course, date.
func composeRMC(s *solution) []sentence {
	body := fmt.Sprintf("%sRMC,%s,%s,%s,%s,%s,,",
		s.dialect.talker, s.clock(), s.status(), s.position(), s.motion(), s.label.ddmmyy())
	if s.dialect.hasMode() {
		body += "," + s.modeLetter()
	}
	if s.dialect.hasSignal() {
		body += ",V"
	}
	return []sentence{frame("RMC", body)}
}

// composeVTG returns VTG: course and speed, no time.
func composeVTG(s *solution) []sentence {
	body := s.dialect.talker + "VTG,,T,,M,,N,,K"
	if s.valid {
		kilometres := s.speed * 1852 / 1000
		body = fmt.Sprintf("%sVTG,,T,,M,%d.%03d,N,%d.%03d,K", s.dialect.talker,
			s.speed/1000, s.speed%1000, kilometres/1000, kilometres%1000)
	}
	if s.dialect.hasMode() {
		body += "," + s.modeLetter()
	}
	return []sentence{frame("VTG", body)}
}

// composeGGA returns GGA: time without a date, position, quality.
func composeGGA(s *solution) []sentence {
	body := fmt.Sprintf("%sGGA,%s,,,,,0,00,99.99,,,,,,", s.dialect.talker, s.clock())
	if s.valid {
		body = fmt.Sprintf("%sGGA,%s,%s,%d,%02d,0.94,%d.%d,M,47.2,M,,", s.dialect.talker, s.clock(),
			s.position(), s.grade, min(s.used(), maxUsed), s.altitude/10, s.altitude%10)
	}
	return []sentence{frame("GGA", body)}
}

// composeGSA returns GSA: the satellites in the solution, a sentence for each constellation,
// once a second.
func composeGSA(s *solution) (sentences []sentence) {
	if !s.wholeSecond() {
		return nil
	}
	for _, c := range s.sky {
		fix, used, dilution := 1, c.used, "99.99,99.99,99.99"
		if s.valid {
			fix, dilution = 3, "1.62,0.94,1.32"
		} else {
			used = nil
		}
		slots := make([]string, maxUsed)
		for i, number := range used {
			slots[i] = fmt.Sprintf("%02d", number)
		}
		body := fmt.Sprintf("%sGSA,A,%d,%s,%s", s.dialect.talker, fix, strings.Join(slots, ","), dilution)
		if s.dialect.hasSignal() {
			body += fmt.Sprintf(",%d", c.system)
		}
		sentences = append(sentences, frame("GSA", body))
	}
	return sentences
}

// composeGSV returns GSV: the satellites in view, four a sentence, once a second. With no
// satellite in view it returns none, so the following sentences are earlier.
func composeGSV(s *solution) (sentences []sentence) {
	if !s.wholeSecond() {
		return nil
	}
	const each = 4
	for _, c := range s.sky {
		count := (len(c.inView) + each - 1) / each
		for i := range count {
			body := fmt.Sprintf("%sGSV,%d,%d,%02d", c.talker, count, i+1, len(c.inView))
			for _, satellite := range c.inView[i*each : min((i+1)*each, len(c.inView))] {
				body += fmt.Sprintf(",%02d,%02d,%03d,", satellite.number, satellite.elevation, satellite.azimuth)
				if satellite.snr > 0 {
					body += fmt.Sprintf("%02d", satellite.snr)
				}
			}
			if s.dialect.hasSignal() {
				body += ",1"
			}
			sentences = append(sentences, frame("GSV", body))
		}
	}
	return sentences
}

// composeGLL returns GLL: position, time without a date.
func composeGLL(s *solution) []sentence {
	body := fmt.Sprintf("%sGLL,%s,%s,%s", s.dialect.talker, s.position(), s.clock(), s.status())
	if s.dialect.hasMode() {
		body += "," + s.modeLetter()
	}
	return []sentence{frame("GLL", body)}
}

// composeZDA returns ZDA: time and date with the century. It has no status, so a receiver
// without a fix also sends it.
func composeZDA(s *solution) []sentence {
	if s.label.Month == 0 {
		return []sentence{frame("ZDA", fmt.Sprintf("%sZDA,%s,,,,,", s.dialect.talker, s.clock()))}
	}
	return []sentence{frame("ZDA", fmt.Sprintf("%sZDA,%s,%02d,%02d,%04d,00,00",
		s.dialect.talker, s.clock(), s.label.Day, s.label.Month, s.label.Year))}
}

// composePGRME returns Garmin's estimated errors.
func composePGRME(s *solution) []sentence {
	body := "PGRME,,M,,M,,M"
	if s.valid {
		body = "PGRME,3.1,M,4.9,M,5.8,M"
	}
	return []sentence{frame("PGRME", body)}
}

// composePGRMF returns Garmin's fix, with the GPS week and UTC.
func composePGRMF(s *solution) []sentence {
	week, seconds := gpsTime(s.second)
	fix := 0
	if s.valid {
		fix = 2
	}
	return []sentence{frame("PGRMF", fmt.Sprintf("PGRMF,%d,%d,%s,%s,%d,%s,A,%d,0,0,2,1",
		week%weeksInEra, seconds, s.label.ddmmyy(), s.clock(), leapSeconds, s.position(), fix))}
}

const (
	weeksInEra  = 1024
	leapSeconds = 18 // GPS time - UTC since 2017
)

// gpsTime returns the GPS week, counted from 1980, and the second within it.
func gpsTime(utc time.Time) (week, second int) {
	elapsed := utc.Sub(time.Date(1980, 1, 6, 0, 0, 0, 0, time.UTC)) + leapSeconds*time.Second
	const aWeek = 7 * 24 * time.Hour
	return int(elapsed / aWeek), int(elapsed % aWeek / time.Second)
}

func (s *solution) clock() string { return s.label.clock(s.dialect.clockDigits) }

// status returns A with a fix, V (void) without.
func (s *solution) status() string {
	if s.valid {
		return "A"
	}
	return "V"
}

// modeLetter returns the mode; N without a fix.
func (s *solution) modeLetter() string {
	if s.valid {
		return string(s.mode)
	}
	return "N"
}

// position returns four fields, empty without a fix.
func (s *solution) position() string {
	if !s.valid {
		return ",,,"
	}
	return s.dialect.arc(s.latitude, 2) + ",N," + s.dialect.arc(s.longitude, 3) + ",E"
}

// motion returns the speed in knots and an empty course.
func (s *solution) motion() string {
	if !s.valid {
		return ","
	}
	return fmt.Sprintf("%d.%03d,", s.speed/1000, s.speed%1000)
}

// arc formats an angle in 1e-5 minutes as (d)ddmm.mmmm, truncated to the dialect's digits.
func (d dialect) arc(angle, degreeDigits int) string {
	const minute = 100_000
	degrees, rest := angle/(60*minute), angle%(60*minute)
	fraction := fmt.Sprintf("%05d", rest%minute)[:d.minuteDigits]
	return fmt.Sprintf("%0*d%02d.%s", degreeDigits, degrees, rest/minute, fraction)
}
