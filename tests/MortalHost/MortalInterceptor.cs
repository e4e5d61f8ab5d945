using System.Diagnostics;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.MortalHost;

/// <summary>Ends the process, as a fault in native code does, where a text with <see cref="Word"/> would get its first token.</summary>
internal sealed class MortalInterceptor : Interceptor
{
    /// <summary>What the host dies of.</summary>
    public const string Word = "xyzzy";

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        bool isMortal = request is GenerateRequest generate && IsMortal(generate);
        return continuation(request, isMortal ? new MortalWriter<TResponse>() : responseStream, context);
    }

    private static bool IsMortal(GenerateRequest request) =>
        request.Prompt.Contains(Word, StringComparison.Ordinal)
        || (request.Messages?.Messages_.Any(m => m.Content.Contains(Word, StringComparison.Ordinal)) ?? false);

    private sealed class MortalWriter<T> : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            using var process = Process.GetCurrentProcess();
            process.Kill();
            return Task.CompletedTask;
        }
    }
}
