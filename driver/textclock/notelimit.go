package textclock

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	// noteBurst is how many messages may be logged at once, and noteEvery the time after
	// which another one may.
	noteBurst = 5
	noteEvery = time.Minute

	// maxNote limits a message, in bytes.
	maxNote = 300
)

// A noteLimit limits log lines that another program causes. It is safe for concurrent use.
type noteLimit struct {
	mu     sync.Mutex
	left   int
	next   time.Time // when another one is added to those that are left
	missed int       // since the last one that was allowed
}

func newNoteLimit() *noteLimit { return &noteLimit{left: noteBurst} }

// allow reports whether a message may be logged, and how many were not since the last one.
func (l *noteLimit) allow(now time.Time) (missed int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.left < noteBurst && !now.Before(l.next) {
		l.left++
		l.next = l.next.Add(noteEvery)
	}
	if l.left == 0 {
		l.missed++
		return 0, false
	}
	if l.left == noteBurst {
		l.next = now.Add(noteEvery)
	}
	l.left--
	missed, l.missed = l.missed, 0
	return missed, true
}

// log returns the log for a message, with the number of those before that were not logged.
func (*noteLimit) log(log *slog.Logger, missed int) *slog.Logger {
	if missed == 0 {
		return log
	}
	return log.With("not_logged", missed)
}

// printable returns a text of another program as a person may read it: on one line, without
// control characters, and short.
func printable(text string) string {
	if len(text) > maxNote {
		text = strings.ToValidUTF8(text[:maxNote], "") + "..."
	}
	if strings.ContainsFunc(text, func(c rune) bool { return !strconv.IsPrint(c) }) || !utf8.ValidString(text) {
		quoted := strconv.Quote(text)
		return quoted[1 : len(quoted)-1]
	}
	return text
}
