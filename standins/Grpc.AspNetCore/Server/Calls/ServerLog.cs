using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Error, "Error when executing service method '{Method}'.")]
    public static partial void MethodFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(2, LogLevel.Information, "Service method '{Method}' was cancelled.")]
    public static partial void Cancelled(ILogger logger, string method, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Service method '{Method}' ended with {StatusCode}: {Detail}")]
    public static partial void RpcFailed(ILogger logger, string method, StatusCode statusCode, string detail, Exception? exception);

    [LoggerMessage(4, LogLevel.Error, "A callback failed when the deadline of '{Method}' passed.")]
    public static partial void DeadlineCallbackFailed(ILogger logger, string method, Exception exception);
}
