package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

func receiver(t *testing.T, config sim.Config) *sim.Receiver {
	t.Helper()
	r, err := sim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// bursts returns the first n bursts of a receiver.
func bursts(t *testing.T, config sim.Config, n int) []sim.Burst {
	t.Helper()
	r := receiver(t, config)
	all := make([]sim.Burst, n)
	for i := range all {
		all[i] = r.Next()
	}
	return all
}

// lines splits the bytes of a burst after each line feed.
func lines(b sim.Burst) []string {
	all := strings.SplitAfter(string(b.Bytes), "\n")
	if all[len(all)-1] == "" {
		all = all[:len(all)-1]
	}
	return all
}

// sound reports whether a line is a sentence with a valid checksum, CR and LF.
func sound(line string) bool {
	body, sum, found := strings.Cut(strings.TrimPrefix(line, "$"), "*")
	var want byte
	for i := range len(body) {
		want ^= body[i]
	}
	return line[0] == '$' && found && sum == fmt.Sprintf("%02X\r\n", want)
}

// find returns the fields of the valid sentences of one kind, such as "RMC".
func find(b sim.Burst, kind string) (found [][]string) {
	for _, line := range lines(b) {
		body, _, _ := strings.Cut(line, "*")
		if fields := strings.Split(body, ","); sound(line) && strings.HasSuffix(fields[0], kind) {
			found = append(found, fields)
		}
	}
	return found
}

// kinds returns the types of the sentences in order, without repetition: RMC GGA GSV.
func kinds(b sim.Burst) string {
	var order []string
	for _, line := range lines(b) {
		name, _, _ := strings.Cut(line, ",")
		kind := name[1:]
		if kind[0] != 'P' {
			kind = kind[2:]
		}
		if len(order) == 0 || order[len(order)-1] != kind {
			order = append(order, kind)
		}
	}
	return strings.Join(order, " ")
}

// at returns a time of day on the day of the default start.
func at(hour, minute, second int) time.Time {
	year, month, day := sim.DefaultStart.Date()
	return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }
