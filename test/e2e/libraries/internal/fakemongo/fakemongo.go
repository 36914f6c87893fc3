// Package fakemongo answers a MongoDB driver on a loopback address: no server
// can be installed where these tests run. It speaks OP_MSG, and OP_QUERY for the
// handshake, and knows just the commands the test programs send.
package fakemongo

import (
	"encoding/binary"
	"io"
	"net"

	"go.mongodb.org/mongo-driver/v2/bson"
)

const (
	opReply = 1
	opQuery = 2004
	opMsg   = 2013
)

// Start returns the address of a server that runs until the program ends.
func Start() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return l.Addr().String(), nil
}

func serve(c net.Conn) {
	defer c.Close()
	for {
		var head [16]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return
		}
		body := make([]byte, binary.LittleEndian.Uint32(head[:])-16)
		if _, err := io.ReadFull(c, body); err != nil {
			return
		}
		var doc []byte
		code := binary.LittleEndian.Uint32(head[12:])
		switch code {
		case opMsg:
			doc = body[5:]
		case opQuery:
			end := 4
			for body[end] != 0 {
				end++
			}
			doc = body[end+9:]
		default:
			return
		}
		answer, err := bson.Marshal(reply(doc[:binary.LittleEndian.Uint32(doc)]))
		if err != nil {
			return
		}
		var out []byte
		if code == opMsg {
			out = append(make([]byte, 16+5), answer...)
		} else {
			out = append(make([]byte, 16+20), answer...)
			binary.LittleEndian.PutUint32(out[16+16:], 1)
			code = opReply
		}
		binary.LittleEndian.PutUint32(out, uint32(len(out)))
		copy(out[8:12], head[4:8])
		binary.LittleEndian.PutUint32(out[12:], code)
		if _, err := c.Write(out); err != nil {
			return
		}
	}
}

func reply(command []byte) any {
	elements, err := bson.Raw(command).Elements()
	if err != nil || len(elements) == 0 {
		return bson.D{{Key: "ok", Value: 0}}
	}
	switch elements[0].Key() {
	case "find":
		return bson.D{{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "shop.users"},
			{Key: "firstBatch", Value: bson.A{bson.D{{Key: "name", Value: "secret"}}}}}}, {Key: "ok", Value: 1.0}}
	case "insert", "update", "delete":
		return bson.D{{Key: "n", Value: 1}, {Key: "ok", Value: 1.0}}
	case "ping", "endSessions":
		return bson.D{{Key: "ok", Value: 1.0}}
	case "drop":
		return bson.D{{Key: "ok", Value: 0.0}, {Key: "code", Value: 13}, {Key: "codeName", Value: "Unauthorized"},
			{Key: "errmsg", Value: "not allowed"}}
	}
	return bson.D{{Key: "ismaster", Value: true}, {Key: "isWritablePrimary", Value: true}, {Key: "helloOk", Value: true},
		{Key: "maxBsonObjectSize", Value: 16 << 20}, {Key: "maxMessageSizeBytes", Value: 48 << 20},
		{Key: "maxWriteBatchSize", Value: 100000}, {Key: "minWireVersion", Value: 0}, {Key: "maxWireVersion", Value: 21},
		{Key: "ok", Value: 1.0}}
}
