package htntp

import (
	"fmt"

	"github.com/refclock/refclock/driver"
)

// A Reason is why a server is excluded from a poll, and what to do about it.
type Reason struct {
	Text string // fixed; the title of a chapter of docs/troubleshooting.md
	Hint string // what the user can do; empty if the cause passes by itself
	Err  error  // the cause; may be nil
}

func (r *Reason) Error() string {
	if r.Err != nil {
		return r.Text + ": " + r.Err.Error()
	}
	return r.Text
}

func (r *Reason) Unwrap() error { return r.Err }

// Is reports whether target is the same reason without an error.
func (r *Reason) Is(target error) bool {
	t, ok := target.(*Reason)
	return ok && t.Text == r.Text && t.Err == nil
}

// with returns the reason with a cause.
func (r *Reason) with(err error) *Reason { return &Reason{r.Text, r.Hint, err} }

// because returns the reason with a cause in words.
func (r *Reason) because(format string, args ...any) *Reason {
	return r.with(fmt.Errorf(format, args...))
}

const otherServer = "name another server"

// The reasons to exclude a server.
var (
	ErrConnect     = &Reason{Text: "cannot be reached", Hint: "check the name, the network and the proxy " + driver.Setting("proxy")}
	ErrProxy       = &Reason{Text: "no connection through the proxy", Hint: "check its address " + driver.Setting("proxy") + " and the password " + driver.Setting("proxy-login")}
	ErrCertificate = &Reason{Text: "invalid certificate", Hint: "check the name; for a server of your own, name the file with the certificate of its authority " + driver.Setting("ca")}
	ErrNotHTTP     = &Reason{Text: "no HTTP answer", Hint: "check the name and the port"}
	ErrEndless     = &Reason{Text: "answer does not end", Hint: otherServer}
	ErrNoAnswer    = &Reason{Text: "request timed out", Hint: otherServer}
	ErrSlow        = &Reason{Text: "answers take longer than 2 s", Hint: otherServer + ", closer to this machine"}
	ErrNoDate      = &Reason{Text: "answers without a Date", Hint: otherServer}
	ErrBadDate     = &Reason{Text: "invalid Date", Hint: otherServer}
	ErrTwoDates    = &Reason{Text: "answers with two Dates", Hint: otherServer}
	ErrFarDate     = &Reason{Text: "implausible Date", Hint: otherServer + "; if that date is right, install a newer refclock"}
	ErrLeap        = &Reason{Text: "Date is a leap second"}
	ErrCached      = &Reason{Text: "answer is from a cache", Hint: "use https:// instead of http://, so that caches cannot answer"}
	ErrGateway     = &Reason{Text: "answer is from the proxy", Hint: "use https:// instead of http://, or check that the proxy allows this server"}
	ErrFrozen      = &Reason{Text: "Date does not change on a connection", Hint: otherServer}
	ErrContradicts = &Reason{Text: "Dates contradict each other", Hint: otherServer + " if this repeats: its clock was set, or it is several machines"}
	ErrAskedToWait = &Reason{Text: "rate limited by the server", Hint: "wait, or poll less often " + driver.Setting("interval")}
	ErrBudget      = &Reason{Text: "hourly request limit reached"}
)
