package main

import (
	"fmt"
	"io"
	"time"

	"github.com/refclock/refclock/lab/protocol"
)

// questions are the questions of a program, from a line protocol.Ask(question). The answer is
// input on the machine's console.
var questions = map[string]func(keys io.Writer, r *receiver) error{
	protocol.AskPulses: func(keys io.Writer, r *receiver) error { return answer(keys, r.pulses().Text()) },
	protocol.AskTime:   func(keys io.Writer, _ *receiver) error { return answer(keys, fmt.Sprint(time.Now().UnixNano())) },
}

func answer(keys io.Writer, text string) error {
	_, err := fmt.Fprintln(keys, protocol.Answer(text))
	return err
}
