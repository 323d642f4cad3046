#include "services/extract/s3/wire/error_codes.h"

namespace tarn::extract::s3 {

// Names, statuses and messages as in "Error responses", Amazon S3 API reference, so that clients that look at any of
// them behave as they do there.
ErrorForm FormOf(S3Code code) {
  switch (code) {
    case S3Code::kAccessDenied:
      return {403, "AccessDenied", "Access Denied"};
    case S3Code::kAuthorizationHeaderMalformed:
      return {400, "AuthorizationHeaderMalformed", "The authorization header is malformed."};
    case S3Code::kAuthorizationQueryParametersError:
      return {400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter."};
    case S3Code::kBadDigest:
      return {400, "BadDigest",
              "The Content-MD5 or checksum value that you specified did not match what the server "
              "received."};
    case S3Code::kBadRequest:
      return {400, "BadRequest", "Bad Request"};
    case S3Code::kBucketAlreadyExists:
      return {409, "BucketAlreadyExists",
              "The requested bucket name is not available. Please select a different name and try again."};
    case S3Code::kBucketAlreadyOwnedByYou:
      return {409, "BucketAlreadyOwnedByYou",
              "The bucket that you tried to create already exists, and you own it."};
    case S3Code::kBucketNotEmpty:
      return {409, "BucketNotEmpty", "The bucket that you tried to delete is not empty."};
    case S3Code::kConditionalRequestConflict:
      return {409, "ConditionalRequestConflict",
              "A conflicting operation occurred during the request. Please try again."};
    case S3Code::kEntityTooLarge:
      return {400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."};
    case S3Code::kEntityTooSmall:
      return {400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size."};
    case S3Code::kIllegalVersioningConfigurationException:
      return {400, "IllegalVersioningConfigurationException",
              "The versioning configuration specified in the request is not valid."};
    case S3Code::kIncompleteBody:
      return {400, "IncompleteBody",
              "You did not provide the number of bytes specified by the Content-Length HTTP header."};
    case S3Code::kInsufficientStorage:
      return {507, "InsufficientStorage", "The disk of the object store is full."};
    case S3Code::kInternalError:
      return {500, "InternalError", "An internal error occurred. Please try again."};
    case S3Code::kInvalidAccessKeyId:
      return {403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."};
    case S3Code::kInvalidArgument:
      return {400, "InvalidArgument", "Invalid Argument"};
    case S3Code::kInvalidBucketName:
      return {400, "InvalidBucketName", "The specified bucket is not valid."};
    case S3Code::kInvalidBucketState:
      return {409, "InvalidBucketState", "The request is not valid with the current state of the bucket."};
    case S3Code::kInvalidChunkSizeError:
      return {403, "InvalidChunkSizeError",
              "Only the last chunk is allowed to have a size less than 8192 bytes."};
    case S3Code::kInvalidDigest:
      return {400, "InvalidDigest", "The Content-MD5 you specified is not valid."};
    case S3Code::kInvalidPart:
      return {400, "InvalidPart",
              "One or more of the specified parts could not be found. The part may not have been uploaded, "
              "or the specified entity tag may not match the part's entity tag."};
    case S3Code::kInvalidPartNumber:
      return {416, "InvalidPartNumber", "The requested partnumber is not satisfiable"};
    case S3Code::kInvalidPartOrder:
      return {400, "InvalidPartOrder",
              "The list of parts was not in ascending order. The parts list must be specified in order by "
              "part number."};
    case S3Code::kInvalidRange:
      return {416, "InvalidRange", "The requested range is not satisfiable"};
    case S3Code::kInvalidRequest:
      return {400, "InvalidRequest", "Invalid Request"};
    case S3Code::kInvalidStorageClass:
      return {400, "InvalidStorageClass", "The storage class you specified is not valid."};
    case S3Code::kInvalidTag:
      return {400, "InvalidTag", "The tag provided was not a valid tag."};
    case S3Code::kInvalidUri:
      return {400, "InvalidURI", "Couldn't parse the specified URI."};
    case S3Code::kKeyTooLongError:
      return {400, "KeyTooLongError", "Your key is too long."};
    case S3Code::kMalformedAclError:
      return {400, "MalformedACLError",
              "The ACL that you provided was not well formed or did not validate against our published "
              "schema."};
    case S3Code::kMalformedPolicy:
      return {400, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'"};
    case S3Code::kMalformedTrailerError:
      return {400, "MalformedTrailerError",
              "The request contained trailing data that was not well-formed or did not conform to our "
              "published schema."};
    case S3Code::kMalformedXml:
      return {400, "MalformedXML",
              "The XML you provided was not well-formed or did not validate against our published schema."};
    case S3Code::kMaxMessageLengthExceeded:
      return {400, "MaxMessageLengthExceeded", "Your request was too large."};
    case S3Code::kMetadataTooLarge:
      return {400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size."};
    case S3Code::kMethodNotAllowed:
      return {405, "MethodNotAllowed", "The specified method is not allowed against this resource."};
    case S3Code::kMissingContentLength:
      return {411, "MissingContentLength", "You must provide the Content-Length HTTP header."};
    case S3Code::kMissingRequestBodyError:
      return {400, "MissingRequestBodyError", "Request Body is empty"};
    case S3Code::kNoSuchBucket:
      return {404, "NoSuchBucket", "The specified bucket does not exist"};
    case S3Code::kNoSuchBucketPolicy:
      return {404, "NoSuchBucketPolicy", "The bucket policy does not exist"};
    case S3Code::kNoSuchCorsConfiguration:
      return {404, "NoSuchCORSConfiguration", "The CORS configuration does not exist"};
    case S3Code::kNoSuchKey:
      return {404, "NoSuchKey", "The specified key does not exist."};
    case S3Code::kNoSuchLifecycleConfiguration:
      return {404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"};
    case S3Code::kNoSuchPublicAccessBlockConfiguration:
      return {404, "NoSuchPublicAccessBlockConfiguration",
              "The public access block configuration was not found"};
    case S3Code::kNoSuchTagSet:
      return {404, "NoSuchTagSet", "The TagSet does not exist"};
    case S3Code::kNoSuchUpload:
      return {404, "NoSuchUpload",
              "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
              "been aborted or completed."};
    case S3Code::kNoSuchVersion:
      return {404, "NoSuchVersion", "The specified version does not exist."};
    case S3Code::kNoSuchWebsiteConfiguration:
      return {404, "NoSuchWebsiteConfiguration",
              "The specified bucket does not have a website configuration"};
    case S3Code::kNotImplemented:
      return {501, "NotImplemented", "A header you provided implies functionality that is not implemented."};
    case S3Code::kNotModified:
      return {304, "NotModified", "Not Modified"};
    case S3Code::kObjectLockConfigurationNotFoundError:
      return {404, "ObjectLockConfigurationNotFoundError",
              "Object Lock configuration does not exist for this bucket"};
    case S3Code::kOperationAborted:
      return {409, "OperationAborted",
              "A conflicting conditional operation is currently in progress against this resource. Please "
              "try again."};
    case S3Code::kOwnershipControlsNotFoundError:
      return {404, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found"};
    case S3Code::kPreconditionFailed:
      return {412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"};
    case S3Code::kReplicationConfigurationNotFoundError:
      return {404, "ReplicationConfigurationNotFoundError", "The replication configuration was not found"};
    case S3Code::kRequestTimeout:
      return {400, "RequestTimeout",
              "Your socket connection to the server was not read from or written to within the timeout "
              "period."};
    case S3Code::kRequestTimeTooSkewed:
      return {403, "RequestTimeTooSkewed",
              "The difference between the request time and the current time is too large."};
    case S3Code::kServerSideEncryptionConfigurationNotFoundError:
      return {404, "ServerSideEncryptionConfigurationNotFoundError",
              "The server side encryption configuration was not found"};
    case S3Code::kServiceUnavailable:
      return {503, "ServiceUnavailable", "Service is unable to handle request."};
    case S3Code::kSignatureDoesNotMatch:
      return {403, "SignatureDoesNotMatch",
              "The request signature we calculated does not match the signature you provided. Check your "
              "key and signing method."};
    case S3Code::kSlowDown:
      return {503, "SlowDown", "Please reduce your request rate."};
    case S3Code::kTooManyBuckets:
      return {400, "TooManyBuckets", "You have attempted to create more buckets than allowed."};
    case S3Code::kXAmzContentSha256Mismatch:
      return {400, "XAmzContentSHA256Mismatch",
              "The provided 'x-amz-content-sha256' header does not match what was computed."};
  }
  return {500, "InternalError", "An internal error occurred. Please try again."};
}

}  // namespace tarn::extract::s3
