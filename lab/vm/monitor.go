package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// A monitor is QEMU's control socket (docs/interop/qmp-spec.rst): a JSON object for each command, answer and event.
type monitor struct {
	mu  sync.Mutex
	out *json.Encoder
	in  *json.Decoder
}

func newMonitor(conn io.ReadWriter) (*monitor, error) {
	m := &monitor{out: json.NewEncoder(conn), in: json.NewDecoder(conn)}
	var greeting struct{ QMP any }
	if err := m.in.Decode(&greeting); err != nil {
		return nil, err
	}
	_, err := m.do("qmp_capabilities", nil)
	return m, err
}

// do runs one command, and returns its result.
func (m *monitor) do(command string, arguments map[string]string) (json.RawMessage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.out.Encode(struct {
		Execute   string            `json:"execute"`
		Arguments map[string]string `json:"arguments,omitempty"`
	}{command, arguments}); err != nil {
		return nil, err
	}
	for {
		var answer struct {
			Return json.RawMessage
			Error  *struct{ Desc string }
		}
		if err := m.in.Decode(&answer); err != nil {
			return nil, err
		}
		switch {
		case answer.Error != nil:
			return nil, fmt.Errorf("%s: %s", command, answer.Error.Desc)
		case answer.Return != nil:
			return answer.Return, nil
		}
		// Otherwise it is an event.
	}
}

// pl061 returns the path of the chip among the machine's objects.
func (m *monitor) pl061() (path string, err error) {
	const parent = "/machine/unattached"
	answer, err := m.do("qom-list", map[string]string{"path": parent})
	if err != nil {
		return "", err
	}
	var objects []struct{ Name, Type string }
	if err := json.Unmarshal(answer, &objects); err != nil {
		return "", err
	}
	for _, o := range objects {
		if o.Type == "child<pl061>" {
			return parent + "/" + o.Name, nil
		}
	}
	return "", errors.New("the machine has no pl061")
}
