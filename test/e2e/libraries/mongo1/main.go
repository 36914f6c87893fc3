// Command mongo1 sends commands with the driver's version 1.
package main

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"example.com/libraries/internal/fakemongo"
	"example.com/libraries/internal/work"
)

var instrument = func(*options.ClientOptions) {}

func main() {
	work.Main(func(ctx context.Context) error {
		addr, err := fakemongo.Start()
		if err != nil {
			return err
		}
		opts := options.Client().ApplyURI("mongodb://" + addr + "/?directConnection=true").SetRetryWrites(false)
		instrument(opts)
		client, err := mongo.Connect(ctx, opts)
		if err != nil {
			return err
		}
		users := client.Database("shop").Collection("users")
		if _, err := users.InsertOne(ctx, bson.D{{Key: "name", Value: "secret"}}); err != nil {
			return err
		}
		if err := users.FindOne(work.Detached(ctx), bson.D{{Key: "name", Value: "secret"}}).Err(); err != nil {
			return err
		}
		if _, err := users.UpdateOne(ctx, bson.D{{Key: "name", Value: "secret"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "age", Value: 7}}}}); err != nil {
			return err
		}
		if err := users.Drop(ctx); err == nil {
			return errors.New("expected an error")
		}
		return client.Disconnect(ctx)
	})
}
