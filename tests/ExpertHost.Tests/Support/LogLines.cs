using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>What was logged: event id and text. Can be waited for.</summary>
internal sealed class LogLines<T> : ILogger<T>
{
    private readonly Channel<bool> _written = Channel.CreateBounded<bool>(1000);
    private int _seen;

    public ConcurrentQueue<(int Id, string Text)> Lines { get; } = new();

    /// <summary>Until that many lines are there in all.</summary>
    public async Task UntilAsync(int lines)
    {
        for (; _seen < lines; _seen++)
        {
            await _written.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue((eventId.Id, formatter(state, exception)));
        _written.Writer.TryWrite(true);
    }
}
