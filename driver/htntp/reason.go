package htntp

import (
	"fmt"

	"github.com/refclock/refclock/driver"
)

// A Reason is why a server was left out of a poll, with what to do about it.
type Reason struct {
	Text string // what the server does: fixed, and a chapter of docs/troubleshooting.md
	Hint string // what a person can do; empty where it passes by itself
	Err  error  // what the network said, if it did
}

func (r *Reason) Error() string {
	if r.Err != nil {
		return r.Text + ": " + r.Err.Error()
	}
	return r.Text
}

func (r *Reason) Unwrap() error { return r.Err }

// Is makes each reason the same as itself with an error in it.
func (r *Reason) Is(target error) bool {
	t, ok := target.(*Reason)
	return ok && t.Text == r.Text && t.Err == nil
}

// with is the reason with what caused it.
func (r *Reason) with(err error) *Reason { return &Reason{r.Text, r.Hint, err} }

// because is with for a cause in words.
func (r *Reason) because(format string, args ...any) *Reason {
	return r.with(fmt.Errorf(format, args...))
}

const otherServer = "name another server"

// The reasons there are.
var (
	ErrConnect     = &Reason{Text: "cannot be reached", Hint: "check the name, the network and the proxy " + driver.Setting("proxy")}
	ErrProxy       = &Reason{Text: "the proxy does not let us through", Hint: "check its name " + driver.Setting("proxy") + ", and the password if it wants one " + driver.Setting("proxy-login")}
	ErrCertificate = &Reason{Text: "its certificate is not valid for it", Hint: "check the name; a server of your own needs a file with the certificate of its authority " + driver.Setting("ca")}
	ErrNotHTTP     = &Reason{Text: "does not answer as a web server does", Hint: "check the name and the port"}
	ErrEndless     = &Reason{Text: "its answer has no end", Hint: otherServer}
	ErrNoAnswer    = &Reason{Text: "takes the request and does not answer", Hint: otherServer}
	ErrSlow        = &Reason{Text: "its answers take longer than two seconds", Hint: otherServer + ", nearer to this machine"}
	ErrNoDate      = &Reason{Text: "answers without a Date", Hint: otherServer}
	ErrBadDate     = &Reason{Text: "its Date is none", Hint: otherServer}
	ErrTwoDates    = &Reason{Text: "answers with two Dates", Hint: otherServer}
	ErrFarDate     = &Reason{Text: "its Date is out of all reason", Hint: otherServer + "; or install a newer refclock, if that date is right"}
	ErrLeap        = &Reason{Text: "tells of a leap second, 23:59:60, which has no number in the system's time"}
	ErrCached      = &Reason{Text: "its answer comes from a cache and is old", Hint: "use https:// instead of http://, which no cache can touch"}
	ErrGateway     = &Reason{Text: "the answer is the proxy's own, and so is its Date", Hint: "use https:// instead of http://, or check whether the proxy lets you go there"}
	ErrFrozen      = &Reason{Text: "its Date stands still while the connection is kept", Hint: otherServer}
	ErrContradicts = &Reason{Text: "its Dates contradict each other", Hint: otherServer + ", if this goes on: its clock was set, or several machines answer under its name"}
	ErrAskedToWait = &Reason{Text: "has asked us to come back later", Hint: "wait; or ask its owner; or ask less often, with a longer interval " + driver.Setting("interval")}
	ErrBudget      = &Reason{Text: "has been asked often enough this hour"}
)
