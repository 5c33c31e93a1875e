package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/refclock/refclock/driver/htntp"
)

// pollOnce polls once and prints the result.
func (o *htntpOptions) pollOnce(ctx context.Context, w io.Writer, c htntp.Config) error {
	if o.verbose {
		var mu sync.Mutex // requests go out side by side
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

// printExchange shows a request and what its answer proves.
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

// tenths prints an offset to the tenth of a millisecond.
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
				fmt.Fprintf(w, ", of the trip %s may be thinking", threeDigits(r.Think))
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
		fmt.Fprintln(w, "note:", note)
	}
	if err != nil {
		return // told by who called
	}
	fmt.Fprintf(w, "The system clock is off by %s +- %s; certainly, whatever the network did, by %s to %s. %d of %d servers agree, %d requests.\n",
		tenths(v.Offset), threeDigits(v.Half), tenths(v.Hard[0]), tenths(v.Hard[1]), v.Agree, len(v.Servers), v.Requests)
	fmt.Fprintf(w, "It is %s.\n", time.Unix(0, v.Clock()).UTC().Format("2006-01-02T15:04:05.000Z"))
}

// verdictJSON is a poll as htntp --once --json writes it. Times are RFC 3339 with
// nanoseconds, durations whole nanoseconds; offsets are UTC minus system clock.
type verdictJSON struct {
	Error      string       `json:"error,omitempty"`
	Clock      *time.Time   `json:"clock"` // null without a majority, as all down to hard_ns
	Receive    time.Time    `json:"receive"`
	OffsetNS   *int64       `json:"offset_ns"`
	HalfNS     *int64       `json:"half_width_ns"` // with 90 % probability
	HardNS     *[2]int64    `json:"hard_ns"`       // certainly, if most servers are right
	Agree      int          `json:"agree"`
	Requests   int          `json:"requests"`
	Notes      []string     `json:"notes"`
	ServerList []serverJSON `json:"servers"`
}

type serverJSON struct {
	Server   string   `json:"server"`
	Standing string   `json:"standing"`
	Why      string   `json:"why,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	OffNS    int64    `json:"off_ns"` // from the time found
	BoundsNS [2]int64 `json:"bounds_ns"`
	TripNS   int64    `json:"trip_ns"`
	Requests int      `json:"requests"`
}

func printVerdictJSON(w io.Writer, v htntp.Verdict, err error) error {
	j := verdictJSON{Receive: time.Unix(0, v.Receive).UTC(), Agree: v.Agree, Requests: v.Requests, Notes: append([]string{}, v.Notes...)}
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
