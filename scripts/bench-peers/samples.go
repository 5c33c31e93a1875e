package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/shm"
)

// A sample is what a daemon made of one second, and when this program saw it.
type sample struct {
	clock, receive time.Time
	seen           time.Time
}

// A watcher collects the samples of one receiver from one daemon.
type watcher struct {
	mu      sync.Mutex
	samples []sample
	quit    chan struct{}
	done    chan struct{}
}

func newWatcher(watch func(*watcher)) *watcher {
	w := &watcher{quit: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		watch(w)
	}()
	return w
}

func (w *watcher) add(s sample) {
	w.mu.Lock()
	w.samples = append(w.samples, s)
	w.mu.Unlock()
}

// all returns the samples so far.
func (w *watcher) all() []sample {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]sample(nil), w.samples...)
}

func (w *watcher) stop() []sample {
	close(w.quit)
	<-w.done
	return w.samples
}

// pause waits, and reports false if the watcher shall end.
func (w *watcher) pause(d time.Duration) bool {
	select {
	case <-w.quit:
		return false
	case <-time.After(d):
		return true
	}
}

// watchUnit polls a unit without taking its samples.
func watchUnit(unit int, every time.Duration) *watcher {
	return newWatcher(func(w *watcher) {
		var u *shm.Unit
		var err error
		for u, err = shm.Attach(unit, shm.WithReadOnly(), shm.WithoutCreate()); err != nil; u, err = shm.Attach(unit, shm.WithReadOnly(), shm.WithoutCreate()) {
			if !w.pause(20 * time.Millisecond) {
				return
			}
		}
		defer u.Close()
		var last sample
		for w.pause(every) {
			s, err := u.Peek()
			now := time.Now()
			if err != nil || s.Receive.Equal(last.receive) && s.Clock.Equal(last.clock) {
				continue
			}
			last = sample{clock: s.Clock, receive: s.Receive, seen: now}
			w.add(last)
		}
	})
}

// watchGPSD reads the samples that a gpsd writes to the shared memory from its TOFF messages,
// which have the same stamps.
func watchGPSD(port int) *watcher {
	return newWatcher(func(w *watcher) {
		var conn net.Conn
		var err error
		address := fmt.Sprintf("127.0.0.1:%d", port)
		for conn, err = net.Dial("tcp", address); err != nil; conn, err = net.Dial("tcp", address) {
			if !w.pause(20 * time.Millisecond) {
				return
			}
		}
		defer conn.Close()
		go func() {
			<-w.quit
			conn.Close()
		}()
		fmt.Fprint(conn, `?WATCH={"enable":true,"json":true,"pps":true,"timing":true};`+"\n")
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			if s, ok := parseTOFF(lines.Bytes()); ok {
				s.seen = time.Now()
				w.add(s)
			}
		}
		<-w.quit
	})
}

// parseTOFF parses gpsd's message
//
//	{"class":"TOFF","device":"/dev/pts/0","real_sec":1795796590, "real_nsec":0,"clock_sec":1795796590,"clock_nsec":365301602}
func parseTOFF(line []byte) (sample, bool) {
	var m struct {
		Class     string
		RealSec   int64 `json:"real_sec"`
		RealNsec  int64 `json:"real_nsec"`
		ClockSec  int64 `json:"clock_sec"`
		ClockNsec int64 `json:"clock_nsec"`
	}
	if json.Unmarshal(line, &m) != nil || m.Class != "TOFF" {
		return sample{}, false
	}
	return sample{clock: time.Unix(m.RealSec, m.RealNsec), receive: time.Unix(m.ClockSec, m.ClockNsec)}, true
}

// watchPeerstats reads the offsets of unit n of the NMEA driver from the file peerstats, which
// has one line per poll.
func watchPeerstats(file string, n int) *watcher {
	return newWatcher(func(w *watcher) {
		for read := 0; ; {
			data, _ := os.ReadFile(file)
			read = min(read, len(data)) // the file may be gone
			for {
				line, _, ok := strings.Cut(string(data[read:]), "\n")
				if !ok {
					break
				}
				read += len(line) + 1
				if s, ok := parsePeerstats(line, fmt.Sprintf("NMEA(%d)", n)); ok {
					s.seen = time.Now()
					w.add(s)
				}
			}
			if !w.pause(50 * time.Millisecond) {
				return
			}
		}
	})
}

// modifiedJulianDay0 is 1970-01-01.
const modifiedJulianDay0 = 40587

// parsePeerstats parses a line of peerstats for a peer:
//
//	day   second    peer    status offset       delay       dispersion  jitter
//	61367 7583.025  NMEA(0) 9014   -0.226000000 0.000000000 7.937500000 0.000000000
//
// The sample has the last second that, with this offset, was received before the time of the line.
func parsePeerstats(line, peer string) (sample, bool) {
	field := strings.Fields(line)
	if len(field) != 8 || field[2] != peer {
		return sample{}, false
	}
	day, err1 := strconv.ParseInt(field[0], 10, 64)
	second, err2 := strconv.ParseFloat(field[1], 64)
	offset, err3 := strconv.ParseFloat(field[4], 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return sample{}, false
	}
	const margin = 0.002 // the time of the line is rounded
	clock := time.Unix((day-modifiedJulianDay0)*86400+int64(math.Floor(second+offset+margin)), 0)
	return sample{clock: clock, receive: clock.Add(-time.Duration(offset * 1e9))}, true
}
