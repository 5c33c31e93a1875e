package simweb

import (
	"bufio"
	"crypto/tls"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"
)

// A Server is a web server with a clock.
type Server struct {
	Offset time.Duration // its clock minus the true time, which is this machine's clock
	Out    time.Duration // delay of a request
	Back   time.Duration // delay of an answer
	Jitter time.Duration // mean of the random queueing delay of each
	Think  time.Duration // from the request until the server reads its clock

	Certificate *tls.Certificate // nil: http
	Fault       Fault            // nil: none

	mu       sync.Mutex
	random   *rand.Rand
	requests int
	agents   map[string]int
}

// A Request is the request for a Fault.
type Request struct {
	Method string
	Target string
	Fields map[string]string // by name in lower case
	Number int               // on its connection, from 1
	Now    time.Time         // by the server's clock
	Opened time.Time         // when the connection was opened, by the same clock
}

// A Reply is the server's reaction to a request.
type Reply struct {
	Status  string        // "200 OK"
	Fields  []string      // "Name: value", including the Date
	Body    string        // omitted after HEAD
	Raw     string        // replaces all of the above
	Drip    time.Duration // the pause after each byte
	Endless bool          // repeat without end
	Silent  bool          // send nothing, and close the connection
	Mute    bool          // send nothing, and keep the connection open
	Close   bool          // close the connection afterwards
}

// Date returns the Date field of a time.
func Date(t time.Time) string {
	return "Date: " + t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

// Requests returns the number of requests.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Agents returns the number of requests by User-Agent.
func (s *Server) Agents() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	copied := map[string]int{}
	maps.Copy(copied, s.agents)
	return copied
}

// Listen serves every connection until the listener is closed.
func (s *Server) Listen(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go s.Serve(conn)
	}
}

// Serve answers the requests on a connection until either side closes it.
func (s *Server) Serve(conn net.Conn) {
	defer conn.Close()
	if s.Certificate != nil {
		conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*s.Certificate}})
	}
	in := bufio.NewReader(conn)
	opened := s.clock()
	for number := 1; ; number++ {
		r, err := readRequest(in)
		if err != nil {
			return
		}
		time.Sleep(s.Out + s.queue() + s.Think)
		r.Number, r.Now, r.Opened = number, s.clock(), opened
		s.count(r)
		reply := Reply{Status: "200 OK", Fields: []string{Date(r.Now), "Content-Length: 0"}}
		if s.Fault != nil {
			reply = s.Fault(r)
		}
		time.Sleep(s.Back + s.queue())
		if reply.Mute {
			io.Copy(io.Discard, conn)
			return
		}
		if reply.Silent {
			return
		}
		if err := reply.send(conn, r.Method == "HEAD"); err != nil || reply.Close {
			return
		}
	}
}

func (s *Server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.Offset)
}

// Set sets the offset of the server's clock.
func (s *Server) Set(offset time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Offset = offset
}

func (s *Server) count(r Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if s.agents == nil {
		s.agents = map[string]int{}
	}
	s.agents[r.Fields["user-agent"]]++
}

func (s *Server) queue() time.Duration {
	if s.Jitter == 0 {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.random == nil {
		s.random = rand.New(rand.NewPCG(1, uint64(s.Out)))
	}
	return time.Duration(s.random.ExpFloat64() * float64(s.Jitter))
}

func readRequest(in *bufio.Reader) (r Request, err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return r, err
	}
	r.Method, line, _ = strings.Cut(strings.TrimSpace(line), " ")
	r.Target, _, _ = strings.Cut(line, " ")
	r.Fields = map[string]string{}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return r, err
		}
		if line = strings.TrimSpace(line); line == "" {
			return r, nil
		}
		name, value, _ := strings.Cut(line, ":")
		r.Fields[strings.ToLower(name)] = strings.TrimSpace(value)
	}
}

func (r Reply) send(conn net.Conn, head bool) error {
	text := r.Raw
	if text == "" {
		text = "HTTP/1.1 " + r.Status + "\r\n" + strings.Join(r.Fields, "\r\n") + "\r\n\r\n"
		if !head {
			text += r.Body
		}
	}
	for again := true; again; again = r.Endless {
		if r.Drip == 0 {
			if _, err := io.WriteString(conn, text); err != nil {
				return err
			}
			continue
		}
		for i := range len(text) {
			if _, err := io.WriteString(conn, text[i:i+1]); err != nil {
				return err
			}
			time.Sleep(r.Drip)
		}
	}
	return nil
}
