package redis

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/redis/go-redis/v9"
)

// operationName is the command in upper case, as the conventions want it, with
// the subcommand of those that are nothing without one.
func operationName(cmd redis.Cmder) string {
	name := strings.ToUpper(cmd.Name())
	if containers[name] && len(cmd.Args()) > 1 {
		if sub, ok := cmd.Args()[1].(string); ok {
			return name + " " + strings.ToUpper(sub)
		}
	}
	return name
}

var containers = words("ACL CLIENT CLUSTER COMMAND CONFIG DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SLOWLOG XGROUP XINFO")

// pipelineName names a batch: PIPELINE or MULTI, and the command where all are
// of one kind. The brackets of a transaction are no operations.
func pipelineName(cmds []redis.Cmder) (name string, size int) {
	name = "PIPELINE"
	if len(cmds) >= 2 && strings.EqualFold(cmds[0].Name(), "multi") {
		name = "MULTI"
		cmds = cmds[1 : len(cmds)-1]
	}
	for i, c := range cmds {
		if operationName(c) != operationName(cmds[0]) {
			return name, len(cmds)
		}
		if i == len(cmds)-1 {
			name += " " + operationName(c)
		}
	}
	return name, len(cmds)
}

// Bounds of db.query.text.
const (
	maxCommands = 20
	maxArgs     = 16
	maxKey      = 64
)

func pipelineText(cmds []redis.Cmder) string {
	var b strings.Builder
	for i, c := range cmds {
		if i == maxCommands {
			fmt.Fprintf(&b, "\n… %d more", len(cmds)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(queryText(c))
	}
	return b.String()
}

// queryText is the command with its key or keys and a ? for everything else:
// values, scripts and passwords never leave the program.
func queryText(cmd redis.Cmder) string { return queryTextOf(cmd, operationName(cmd)) }

func queryTextOf(cmd redis.Cmder, name string) string {
	args := cmd.Args()
	var b strings.Builder
	b.Grow(64)
	b.WriteString(name)
	first := 1
	if strings.Contains(name, " ") {
		first = 2
	}
	for i := first; i < len(args); i++ {
		if i-first == maxArgs {
			b.WriteString(" …")
			break
		}
		b.WriteByte(' ')
		if key, ok := args[i].(string); ok && isKey(name, i-first) {
			if len(key) > maxKey {
				if r := []rune(key); len(r) > maxKey {
					key = string(r[:maxKey-1]) + "…"
				}
			}
			b.WriteString(key)
			continue
		}
		b.WriteByte('?')
	}
	return b.String()
}

// isKey tells whether argument i of a command is a key. Commands that are not
// listed show nothing.
func isKey(name string, i int) bool {
	switch {
	case firstIsKey[name]:
		return i == 0
	case allAreKeys[name]:
		return true
	case everySecond[name]:
		return i%2 == 0
	}
	return false
}

var (
	firstIsKey = words(`APPEND BITCOUNT BITFIELD BITFIELD_RO BITPOS DECR DECRBY DUMP EXPIRE EXPIREAT EXPIRETIME
		GEOADD GEODIST GEOHASH GEOPOS GEORADIUS GEOSEARCH GET GETBIT GETDEL GETEX GETRANGE GETSET HDEL HEXISTS
		HEXPIRE HGET HGETALL HGETDEL HGETEX HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET HMSET HPERSIST HPTTL
		HRANDFIELD HSCAN HSET HSETEX HSETNX HSTRLEN HTTL HVALS INCR INCRBY INCRBYFLOAT LINDEX LINSERT LLEN LPOP
		LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM MOVE PERSIST PEXPIRE PEXPIREAT PEXPIRETIME PFADD PSETEX
		PTTL RESTORE RPOP RPUSH RPUSHX SADD SCARD SET SETBIT SETEX SETNX SETRANGE SISMEMBER SMEMBERS
		SMISMEMBER SORT SORT_RO SPOP SRANDMEMBER SREM SSCAN STRLEN SUBSTR TTL TYPE XACK XADD XAUTOCLAIM XCLAIM
		XDEL XLEN XPENDING XRANGE XREVRANGE XTRIM ZADD ZCARD ZCOUNT ZINCRBY ZLEXCOUNT ZMSCORE ZPOPMAX ZPOPMIN
		ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK
		ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE
		SPUBLISH PUBLISH JSON.GET JSON.SET JSON.DEL`)
	allAreKeys = words(`DEL EXISTS MGET PFCOUNT PFMERGE RENAME RENAMENX RPOPLPUSH SDIFF SDIFFSTORE SINTER
		SINTERSTORE SUNION SUNIONSTORE TOUCH UNLINK WATCH`)
	everySecond = words(`MSET MSETNX`)

	// Commands that a client sends on a new connection.
	connection = words(`HELLO AUTH SELECT READONLY READWRITE ASKING`)
	// Subcommands that a client sends by itself.
	internalSub = words(`SETINFO SETNAME MAINT_NOTIFICATIONS`)
)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// isHousekeeping tells commands that go-redis sends for itself, most of them
// in pools' goroutines where they would be traces of their own.
func isHousekeeping(cmd redis.Cmder) bool {
	name := strings.ToUpper(cmd.Name())
	if connection[name] {
		return true
	}
	args := cmd.Args()
	if len(args) < 2 {
		return name == "COMMAND"
	}
	sub, _ := args[1].(string)
	switch sub = strings.ToUpper(sub); name {
	case "CLIENT":
		return internalSub[sub]
	case "CLUSTER":
		return sub == "SLOTS" || sub == "SHARDS"
	}
	return false
}

func allHousekeeping(cmds []redis.Cmder) bool {
	for _, c := range cmds {
		if !isHousekeeping(c) {
			return false
		}
	}
	return true
}

// typeName is the type of the innermost error that has one worth naming.
func typeName(err error) string {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() == "" || t.Name() == "" {
		return t.String()
	}
	return t.PkgPath() + "." + t.Name()
}
