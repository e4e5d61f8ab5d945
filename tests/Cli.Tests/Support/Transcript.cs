using System.Text;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>What a command says, and a way to wait for it.</summary>
internal sealed class Transcript : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly List<(Func<string, bool> Holds, TaskCompletionSource Told)> _awaited = [];

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<string> Lines => ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value)
    {
        lock (_lock)
        {
            _text.Append(value);
            string text = _text.ToString();
            foreach (var (_, told) in _awaited.Where(a => a.Holds(text)))
            {
                told.TrySetResult();
            }
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    /// <summary>Until the text was written so many times.</summary>
    public Task SaysAsync(string part, int times = 1)
    {
        bool Holds(string text) => text.Split(part).Length > times;
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited.Add((Holds, told));
            if (Holds(_text.ToString()))
            {
                told.TrySetResult();
            }
        }

        return told.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return _text.ToString();
        }
    }
}
