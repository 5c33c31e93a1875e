package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/status"
)

// pollOnce polls once and prints the result.
func (o *htntpOptions) pollOnce(ctx context.Context, w io.Writer, c htntp.Config) error {
	if o.verbose {
		var mu sync.Mutex // requests run concurrently
		c.Trace = func(x htntp.Exchange) {
			mu.Lock()
			defer mu.Unlock()
			printExchange(w, x)
		}
	}
	engine, err := htntp.NewEngine(c)
	if err != nil {
		return usageError(err.Error())
	}
	v, err := engine.Ask(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if o.json {
		if jerr := printVerdictJSON(w, v, err); jerr != nil {
			return jerr
		}
		return err
	}
	printVerdict(w, v, err)
	return err
}

// printExchange prints a request and what its answer proves.
func printExchange(w io.Writer, x htntp.Exchange) {
	method := "HEAD"
	if !x.Head {
		method = "GET"
	}
	if x.Status == 0 {
		fmt.Fprintf(w, "%-32s %-4s      %v\n", x.Host, method, x.Err)
		return
	}
	proves := fmt.Sprintf("between %s and %s", tenths(x.Proves[0]), tenths(x.Proves[1]))
	if x.Err != nil {
		proves = x.Err.Error()
	}
	fmt.Fprintf(w, "%-32s %-4s %d  %-29.40s  trip %8s  %s\n", x.Host, method, x.Status, x.Date, threeDigits(x.Trip), proves)
}

// tenths returns an offset with a tenth of a millisecond.
func tenths(d time.Duration) string { return fmt.Sprintf("%+.4f s", d.Seconds()) }

func printVerdict(w io.Writer, v htntp.Verdict, err error) {
	for _, r := range v.Servers {
		fmt.Fprintf(w, "%-32s %-9s", r.Host, r.Standing)
		switch {
		case r.Standing == htntp.Excluded:
			fmt.Fprintf(w, " %v", r.Why)
		case err == nil && r.AtLeast:
			fmt.Fprintf(w, " off by %+.1f ms or more, %d requests", float64(r.Off)/1e6, r.Requests)
		case err == nil:
			fmt.Fprintf(w, " off by %+.1f ms, trip %s, %d requests", float64(r.Off)/1e6, threeDigits(r.Trip), r.Requests)
			if r.Think > 0 {
				fmt.Fprintf(w, ", the server may take %s of the trip", threeDigits(r.Think))
			}
		default:
			fmt.Fprintf(w, " between %s and %s, %d requests", tenths(r.Bounds[0]), tenths(r.Bounds[1]), r.Requests)
		}
		if hint := r.Hint(); hint != "" {
			fmt.Fprintf(w, "; %s", hint)
		}
		fmt.Fprintln(w)
	}
	for _, note := range v.Notes {
		fmt.Fprintln(w, "warning:", note)
	}
	if err != nil {
		return // the caller prints it
	}
	fmt.Fprintf(w, "The system clock is off by %s +- %s, %s; certainly, whatever the network did, by %s to %s. %d of %d servers agree, %d requests.\n",
		tenths(v.Offset), threeDigits(v.Half), htntp.Assumption, tenths(v.Hard[0]), tenths(v.Hard[1]), v.Agree, len(v.Servers), v.Requests)
	fmt.Fprintf(w, "It is %s.\n", time.Unix(0, v.Clock()).UTC().Format("2006-01-02T15:04:05.000Z"))
}

// verdictJSON is a poll as htntp --once --json writes it.
type verdictJSON struct {
	Schema     int          `json:"schema"`          // version of this document: 1
	Error      string       `json:"error,omitempty"` // why there is no result
	Clock      *time.Time   `json:"clock"`           // time of the web servers; null without a majority
	Receive    time.Time    `json:"receive"`         // time of the system clock at the same instant
	OffsetNS   *int64       `json:"offset_ns"`       // clock - receive in nanoseconds; null without a majority
	HalfNS     *int64       `json:"half_width_ns"`   // half of the interval that has the offset with a probability of 90 %, if neither direction takes over three times as long as the other; in nanoseconds
	HardNS     *[2]int64    `json:"hard_ns"`         // interval that has the offset if most servers are right, in nanoseconds
	Agree      int          `json:"agree"`           // servers that agree
	Requests   int          `json:"requests"`        // requests that were sent
	Notes      []string     `json:"notes"`           // warnings about the poll
	ServerList []serverJSON `json:"servers"`         // in the order of the command line
}

// serverJSON is a server of a poll.
type serverJSON struct {
	Server   string   `json:"server"`         // as it was named
	Standing string   `json:"standing"`       // what became of it, such as agrees or excluded
	Why      string   `json:"why,omitempty"`  // why it does not count
	Hint     string   `json:"hint,omitempty"` // what to do about it
	OffNS    int64    `json:"off_ns"`         // from the result, in nanoseconds
	BoundsNS [2]int64 `json:"bounds_ns"`      // interval of the offset that its answers allow, in nanoseconds
	TripNS   int64    `json:"trip_ns"`        // shortest round trip, in nanoseconds
	Requests int      `json:"requests"`       // requests that were sent to it
}

func printVerdictJSON(w io.Writer, v htntp.Verdict, err error) error {
	j := verdictJSON{Schema: status.Schema, Receive: time.Unix(0, v.Receive).UTC(), Agree: v.Agree, Requests: v.Requests, Notes: append([]string{}, v.Notes...)}
	if err != nil {
		j.Error = err.Error()
	} else {
		clock, offset, half := time.Unix(0, v.Clock()).UTC(), int64(v.Offset), int64(v.Half)
		j.Clock, j.OffsetNS, j.HalfNS = &clock, &offset, &half
		j.HardNS = &[2]int64{int64(v.Hard[0]), int64(v.Hard[1])}
	}
	for _, r := range v.Servers {
		s := serverJSON{
			Server: r.Host.String(), Standing: r.Standing.String(), Hint: r.Hint(), OffNS: int64(r.Off),
			BoundsNS: [2]int64{int64(r.Bounds[0]), int64(r.Bounds[1])}, TripNS: int64(r.Trip), Requests: r.Requests,
		}
		if r.Why != nil {
			s.Why = r.Why.Error()
		}
		j.ServerList = append(j.ServerList, s)
	}
	return json.NewEncoder(w).Encode(j)
}
