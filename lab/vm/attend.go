package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/refclock/refclock/lab/protocol"
)

// attend prints the machine's console, carries out the program's requests, and returns its
// exit code. A failed request turns success into failure, because a test might have passed
// without what it requested.
func attend(ctx context.Context, m *machine, r *receiver) (code int, err error) {
	code = -1
	var refused error
	var begun time.Time
	console := bufio.NewReader(m.console)
	for {
		line, readErr := console.ReadString('\n')
		text := strings.TrimRight(line, "\r\n")
		request, asked := protocol.ParseAsk(text)
		end, ended := protocol.ParseEnd(text)
		note, noted := protocol.ParseNote(text)
		switch {
		case text == protocol.Begin:
			begun = time.Now()
			r.port.use(withFix)
		case asked:
			if answer, question := questions[request]; question {
				refused = cmp.Or(refused, answer(m.keys, r))
				break
			}
			err := steer(request, m, r)
			fmt.Printf("vm: %s: %v\n", request, cmp.Or(err, errDone))
			refused = cmp.Or(refused, err)
		case ended:
			code = end
		case noted:
			fmt.Println("vm:", note)
		case text != "" && code < 0: // after the end, only the kernel prints
			fmt.Println(text)
		}
		if readErr != nil {
			break
		}
	}
	pulses := r.pulses()
	fmt.Printf("vm: %s: the program started after %.1f s, and the run ended after %.1f s; %d pulses, %d of them late, and %d omitted; %d characters, %d of them lost\n", m.target.name,
		begun.Sub(m.began).Seconds(), time.Since(m.began).Seconds(), pulses.Made, pulses.Late, pulses.LeftOut, m.uart.sent.Load(), m.uart.dropped.Load())
	switch {
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	case code < 0:
		return 0, errors.New("the machine stopped before the program ended; its kernel may have panicked: show its messages with -v")
	case code == 0 && refused != nil:
		return 0, fmt.Errorf("a request of the program failed: %w", refused)
	}
	return code, nil
}
