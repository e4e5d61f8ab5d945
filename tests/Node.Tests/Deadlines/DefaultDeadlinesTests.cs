using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Options;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.Node.Tests.Deadlines;

public sealed class DefaultDeadlinesTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly RecordingInvoker _invoker = new();
    private readonly CallInvoker _limited;

    public DefaultDeadlinesTests() =>
        _limited = _invoker.Intercept(new DefaultDeadlines(new TransportOptions { MaxCallSeconds = 300 }, new FixedTime()));

    [Fact]
    public void Call_WithoutDeadline_GetsItsMethods()
    {
        new Completions.CompletionsClient(_limited).Complete(new CompleteRequest());
        new Experts.ExpertsClient(_limited).Generate(new GenerateRequest());
        new Completions.CompletionsClient(_limited).ListModelsAsync(new ListModelsRequest());

        Assert.Equal([Now.AddSeconds(300), Now.AddSeconds(300), Now.AddSeconds(5)], _invoker.Deadlines);
    }

    [Fact]
    public void Call_WithDeadline_KeepsIt()
    {
        new Completions.CompletionsClient(_limited).Complete(new CompleteRequest(), deadline: Now.AddHours(1));

        Assert.Equal([Now.AddHours(1)], _invoker.Deadlines);
    }

    [Theory]
    [InlineData("grpc.health.v1.Health", "Check", MethodType.Unary, 2)]
    [InlineData("other", "Unary", MethodType.Unary, 10)]
    [InlineData("other", "Stream", MethodType.DuplexStreaming, 300)]
    public void Of_OtherMethods_ByNameOrKind(string service, string name, MethodType type, int seconds)
    {
        var deadlines = new DefaultDeadlines(new TransportOptions { MaxCallSeconds = 300 }, TimeProvider.System);

        Assert.Equal(TimeSpan.FromSeconds(seconds), deadlines.Of(MethodOf(service, name, type)));
    }

    [Fact]
    public void Call_HealthWatch_HasNone()
    {
        _limited.AsyncServerStreamingCall(MethodOf("grpc.health.v1.Health", "Watch", MethodType.ServerStreaming), null, default, "");

        Assert.Equal([null], _invoker.Deadlines);
    }

    private static Method<string, string> MethodOf(string service, string name, MethodType type)
    {
        var marshaller = Marshallers.Create(_ => [], _ => "");
        return new Method<string, string>(type, service, name, marshaller, marshaller);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class RecordingInvoker : CallInvoker
    {
        public List<DateTime?> Deadlines { get; } = [];

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Deadlines.Add(options.Deadline);
            return null!;
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Deadlines.Add(options.Deadline);
            return null!;
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
