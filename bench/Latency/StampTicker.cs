using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;

namespace ExpertCluster.Bench.Latency;

/// <summary>At each tick, writes a stamped message to every stream and flushes it: one thread for all, and nothing in between.</summary>
internal sealed class StampTicker
{
    private const int PrefixSize = 5;

    private readonly Lock _lock = new();
    private readonly List<Receiver> _receivers = [];

    public void Start() => new Thread(Run) { IsBackground = true, Name = "ticker" }.Start();

    /// <summary>Sends so many messages, each a prefix as gRPC's, a stamp, and zeros up to the size.</summary>
    public Task SendAsync(PipeWriter output, int chunks, int size)
    {
        var receiver = new Receiver(output, chunks, size);
        lock (_lock)
        {
            _receivers.Add(receiver);
        }

        return receiver.Done;
    }

    private void Run()
    {
        var pace = new Pace(LatencyOptions.ChunksPerSecond);
        while (true)
        {
            pace.Wait();
            lock (_lock)
            {
                _receivers.RemoveAll(receiver => !receiver.Send());
            }
        }
    }

    private sealed class Receiver(PipeWriter output, int chunks, int size)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = chunks;

        public Task Done => _done.Task;

        /// <returns>Whether there is more to send.</returns>
        public bool Send()
        {
            var frame = output.GetSpan(PrefixSize + size)[..(PrefixSize + size)];
            frame.Clear();
            BinaryPrimitives.WriteInt32BigEndian(frame[1..], size);
            BinaryPrimitives.WriteInt64LittleEndian(frame[PrefixSize..], Stopwatch.GetTimestamp());
            output.Advance(PrefixSize + size);
            var flush = output.FlushAsync();
            if (!flush.IsCompleted)
            {
                flush.AsTask().GetAwaiter().GetResult();
            }

            if (--_left == 0)
            {
                _done.SetResult();
            }

            return _left > 0;
        }
    }
}
