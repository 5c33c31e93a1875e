package interop

import (
	"os"
	"path/filepath"
	"testing"
)

// staged is the path of a file of the stage.
func staged(name ...string) string {
	return filepath.Join(append([]string{os.Getenv(stageEnv)}, name...)...)
}

// scratch is a new folder that only its owner can enter, as chronyd demands. Its
// name is short, because a socket's name may have no more than 107 characters;
// it goes with the stage.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func create(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// read is a file's text, none if it is not there yet.
func read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}
