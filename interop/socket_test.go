package interop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// chronyd also reads samples from a socket, which it creates at start and removes at exit.
// The producer starts once, before chronyd, and each chronyd must get its samples.
func TestSocketThroughRestarts(t *testing.T) {
	isolate(t, func() {
		c := newChronyd(t)
		path := c.socket("SOCK")
		c.write()
		start(t, "refclock", "offbyone", "--sock", path)
		for range 3 {
			c.start()
			flowsNamed(t, c, "SOCK")
			c.stop()
			if _, err := os.Stat(path); !os.IsNotExist(err) {
				t.Errorf("chronyd did not remove its socket: %v", err)
			}
		}
		for _, s := range c.samplesNamed("SOCK") {
			checkOffset(t, s.offset, -1, time.Microsecond)
		}
	})
}

// One clock publishes to a unit and a socket. chronyd gets the same samples from both,
// before and after a restart.
func TestUnitAndSocket(t *testing.T) {
	isolate(t, func() {
		c := newChronyd(t, unit)
		path := c.socket("SOCK")
		c.write()
		c.start()
		start(t, "refclock", "offbyone", "--unit", "2", "--sock", path)
		for range 2 {
			flowsNamed(t, c, refid(unit))
			flowsNamed(t, c, "SOCK")
			c.stop()
			c.start()
		}
		for _, name := range []string{refid(unit), "SOCK"} {
			for _, s := range c.samplesNamed(name) {
				checkOffset(t, s.offset, -1, time.Microsecond)
			}
		}
	})
}

// The same with two clocks in one process, from a configuration file.
func TestSocketsOfAConfiguration(t *testing.T) {
	isolate(t, func() {
		c := newChronyd(t, unit)
		path := c.socket("SOCK")
		file := filepath.Join(t.TempDir(), "refclock.toml")
		text := "[[offbyone]]\nsock = \"" + path + "\"\n[[offbyone]]\noffset = \"2s\"\n" // the second one's unit is 2
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		c.write()
		start(t, "refclock", "run", "--config", file, "--socket", filepath.Join(t.TempDir(), "status"))
		c.start()
		for name, want := range map[string]float64{"SOCK": -1, refid(unit): -2} {
			flowsNamed(t, c, name)
			for _, s := range c.samplesNamed(name) {
				checkOffset(t, s.offset, want, time.Microsecond)
			}
		}
	})
}

// A receiver with only a socket: no unit is created.
func TestReceiverBySocket(t *testing.T) {
	isolate(t, func() {
		const late = 200 * time.Millisecond
		c := newChronyd(t)
		path := c.socket("GPS")
		c.write()
		c.start()
		simulator := start(t, "refclock", "simulate", "--delay", late.String(), "--jitter", "0s")
		start(t, "refclock", "gps", "--pps", "none", "--sock", path, "--delay", late.String(), simulator.firstLine())
		eventually(t, 80*time.Second, func() bool {
			var offsets []float64
			for _, s := range c.samplesNamed("GPS") {
				offsets = append(offsets, s.offset)
			}
			n := len(offsets)
			return n >= 3 && near(median(offsets[n-3:]), 0, 5*time.Millisecond)
		}, "the samples of the socket are right")
		// Only the header line.
		if units := read("/proc/sysvipc/shm"); strings.Count(units, "\n") != 1 {
			t.Errorf("a unit was created:\n%s", units)
		}
	})
}

// socket adds a socket with this reference id to the configuration, and returns its path.
func (c *chronyd) socket(refid string) (path string) {
	path = filepath.Join(c.dir, refid+".sock")
	c.lines += "refclock SOCK " + path + " refid " + refid + " poll 0 filter 1 noselect\n"
	return path
}

// flowsNamed waits for two more samples with this reference id.
func flowsNamed(t *testing.T, c *chronyd, refid string) {
	t.Helper()
	n := len(c.samplesNamed(refid))
	eventually(t, 30*time.Second, func() bool { return len(c.samplesNamed(refid)) >= n+2 }, "2 more samples of %s", refid)
}
