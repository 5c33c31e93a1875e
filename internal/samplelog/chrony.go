package samplelog

import (
	"bytes"
	"fmt"
)

// The formats of chrony's logs, as the manual of chrony.conf describes them under log. Titles
// between lines of = appear again every 32 lines.
const (
	chronyRefclocks  = "chrony refclocks.log"
	chronyStatistics = "chrony statistics.log"
	chronyTracking   = "chrony tracking.log"
)

const (
	refclocksExample  = "DATE TIME REFID DP L P RAW COOKED DISP, as in chrony's refclocks.log"
	statisticsExample = "DATE TIME ADDRESS STDDEV OFFSET SD FREQ SKEW STRESS NS BS NR [ASYM], as in chrony's statistics.log"
	trackingExample   = "DATE TIME ADDRESS STRATUM FREQ SKEW OFFSET ..., as in chrony's tracking.log"
)

// isChronyTitle reports whether a line is a title: = only, or the names of the columns.
func isChronyTitle(line []byte) bool {
	return bytes.HasPrefix(line, []byte("====")) || bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("Date (UTC) Time "))
}

// isDated reports whether a line begins as all lines of chrony do.
func isDated(f [][]byte) bool {
	if len(f) < 2 {
		return false
	}
	_, ok := utc(f[0], f[1])
	return ok
}

func isRefclocks(f [][]byte) bool { return len(f) == 9 && isDated(f) && !isStratum(f[3], f[4]) }

// A line of tracking.log has a stratum and a frequency with three decimals.
func isTracking(f [][]byte) bool { return len(f) >= 7 && isDated(f) && isStratum(f[3], f[4]) }

func isStatistics(f [][]byte) bool {
	return (len(f) == 12 || len(f) == 13) && isDated(f) && bytes.ContainsRune(f[3], 'e') && bytes.ContainsRune(f[4], 'e')
}

func isStratum(stratum, frequency []byte) bool {
	n, ok := digits(stratum)
	_, isNumber := decimal(frequency)
	return ok && n <= 16 && isNumber && bytes.ContainsRune(frequency, '.')
}

// refclocksLine reads
//
//	Date (UTC) Time            Refid DP L P  Raw offset   Cooked offset      Disp.
//	2026-11-22 22:29:21.211413 U2     0 N 0 -1.000000e+00 -1.000000e+00  2.500e-08
//
// The offset of a reference that is behind is negative. The cooked one has chrony's corrections,
// and for a pulse the second it belongs to. Filtered samples have - under DP; they repeat the
// raw ones.
func refclocksLine(c *collector, f [][]byte) error {
	if len(f) != 9 {
		return wrongColumns(f, "9: "+refclocksExample)
	}
	at, ok := utc(f[0], f[1])
	if !ok {
		return badTime(f)
	}
	if string(f[3]) == "-" {
		c.file.Ignored++
		return nil
	}
	x := sample{time: at, jitter: unknown, delay: unknown}
	if err := intervals(field{"cooked offset", f[7], &x.offset}); err != nil {
		return err
	}
	return c.add(f[2], x)
}

// statisticsLine reads
//
//	Date (UTC) Time     IP Address    Std dev'n Est offset  Offset sd  Diff freq   Est skew  Stress  Ns  Bs  Nr  Asym
//	2026-11-27 04:27:26 OBO           1.000e-09  1.000e+00  2.266e-16  2.775e-17  1.000e-12 1.4e-14   3   0   2  0.00
//
// The offset is that of the system clock: positive if the reference is behind.
func statisticsLine(c *collector, f [][]byte) error {
	if len(f) != 12 && len(f) != 13 {
		return wrongColumns(f, "12 or 13: "+statisticsExample)
	}
	at, ok := utc(f[0], f[1])
	if !ok {
		return badTime(f)
	}
	x := sample{time: at, delay: unknown}
	if err := intervals(field{"standard deviation", f[3], &x.jitter}, field{"estimated offset", f[4], &x.offset}); err != nil {
		return err
	}
	x.offset = -x.offset
	return c.add(f[2], x)
}

// systemClock is the name of the source in tracking.log: the clock that chrony steers.
var systemClock = []byte("system clock")

// trackingLine reads
//
//	Date (UTC) Time     IP Address   St   Freq ppm   Skew ppm     Offset L Co  Offset sd Rem. corr. Root delay Root disp. Max. error
//	2026-11-27 04:29:38 PPS           1     -0.003      0.059 -3.141e-07 N  1  2.718e-07 -1.2e-09  1.0e-09  1.5e-06  2.3e-06
//
// The offset is that of the system clock from the estimated time: positive if the system
// clock is ahead. chrony before 3 has 7 or 11 columns.
func trackingLine(c *collector, f [][]byte) error {
	if len(f) != 7 && len(f) != 11 && len(f) != 14 {
		return wrongColumns(f, "7, 11 or 14: "+trackingExample)
	}
	at, ok := utc(f[0], f[1])
	if !ok {
		return badTime(f)
	}
	if string(f[3]) == "0" {
		return c.note(systemClock, at, "chronyd has no source that it can select")
	}
	x := sample{time: at, jitter: unknown, delay: unknown}
	if err := intervals(field{"offset", f[6], &x.offset}); err != nil {
		return err
	}
	if len(f) > 9 {
		if err := intervals(field{"offset sd", f[9], &x.jitter}); err != nil {
			return err
		}
	}
	x.offset = -x.offset
	return c.add(systemClock, x)
}

func badTime(f [][]byte) error {
	return found(fmt.Sprintf("%.10q %.20q", f[0], f[min(1, len(f)-1)]), "a date and a time, such as 2026-11-22 22:29:21.211413")
}
