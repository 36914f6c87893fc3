module example.com/aws1

go 1.26

require (
	github.com/aws/aws-sdk-go-v2 v1.0.0
	github.com/aws/aws-sdk-go-v2/service/sqs v1.0.0
)

require github.com/aws/smithy-go v1.0.0 // indirect
