// Cacheprog is a build cache for several machines, as GOCACHEPROG wants it: it
// keeps its entries in the folder that SHARED_CACHE names, and notes each hit,
// miss and put in the file that SHARED_CACHE_LOG names.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"
)

type request struct {
	ID       int64
	Command  string
	ActionID []byte
	OutputID []byte
	BodySize int64
}

type response struct {
	ID            int64
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

// write puts a file in its place, whole.
func write(path string, data []byte) {
	temp, err := os.CreateTemp(filepath.Dir(path), "tmp")
	if err == nil {
		_, err = temp.Write(data)
	}
	if err == nil {
		err = temp.Close()
	}
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	dir := os.Getenv("SHARED_CACHE")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		log.Fatal(err)
	}
	note, err := os.OpenFile(os.Getenv("SHARED_CACHE_LOG"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out.Encode(response{KnownCommands: []string{"get", "put", "close"}})
	for {
		var r request
		if err := in.Decode(&r); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		answer := response{ID: r.ID}
		action := filepath.Join(dir, "a"+hex.EncodeToString(r.ActionID))
		switch r.Command {
		case "get":
			text, err := os.ReadFile(action)
			if err != nil {
				answer.Miss = true
				fmt.Fprintf(note, "miss %x\n", r.ActionID)
				break
			}
			answer.OutputID = text
			answer.DiskPath = filepath.Join(dir, "o"+hex.EncodeToString(text))
			info, err := os.Stat(answer.DiskPath)
			if err != nil {
				log.Fatal(err)
			}
			answer.Size = info.Size()
			when := info.ModTime()
			answer.Time = &when
			fmt.Fprintf(note, "hit %x\n", r.ActionID)
		case "put":
			var data []byte
			if r.BodySize > 0 {
				var text string
				if err := in.Decode(&text); err != nil {
					log.Fatal(err)
				}
				if data, err = base64.StdEncoding.DecodeString(text); err != nil {
					log.Fatal(err)
				}
			}
			answer.DiskPath = filepath.Join(dir, "o"+hex.EncodeToString(r.OutputID))
			write(answer.DiskPath, data)
			write(action, r.OutputID)
			fmt.Fprintf(note, "put %x\n", r.ActionID)
		}
		out.Encode(answer)
		if r.Command == "close" {
			return
		}
	}
}
