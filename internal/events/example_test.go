package events_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/refclock/refclock/internal/events"
)

// A pulse, and the first bytes of the sentence that names its second.
func Example() {
	file := `1796126399 9600 pulse
# the edge at 1 s, then two reads
1000000000 E+
1128433333 244750524d432c31
1136766666 32303030302e3030
`
	r, err := events.NewReader(strings.NewReader(file))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d baud, pulse: %v\n", r.Header().Baud, r.Header().Pulse)
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		switch e.Kind {
		case events.Bytes:
			fmt.Printf("%.3f s  %s\n", e.At.Seconds(), e.Data)
		case events.Rising:
			fmt.Printf("%.3f s  rising edge\n", e.At.Seconds())
		}
	}
	// Output:
	// 9600 baud, pulse: true
	// 1.000 s  rising edge
	// 1.128 s  $GPRMC,1
	// 1.137 s  20000.00
}
