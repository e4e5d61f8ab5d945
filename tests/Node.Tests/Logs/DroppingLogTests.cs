using System.Collections.Concurrent;
using ExpertCluster.Node.Logs;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Node.Tests.Logs;

public sealed class DroppingLogTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _written = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly ManualResetEventSlim _open = new(true);
    private readonly SemaphoreSlim _reached = new(0);
    private readonly ManualTime _time = new();
    private readonly DroppingLog _log;
    private volatile Exception? _failure;
    private int _droppedLines;

    public DroppingLogTests() => _log = new DroppingLog(
        "test log", Take, _time, error => _told.Enqueue(error.Message), lines => Interlocked.Add(ref _droppedLines, lines));

    public void Dispose()
    {
        _open.Set();
        _log.Dispose();
        _log.Drain(Long);
        _open.Dispose();
        _reached.Dispose();
    }

    [Fact]
    public void Write_Texts_ArriveInOrder()
    {
        string[] texts = [.. Enumerable.Range(0, 1000).Select(i => $"line {i}\n")];

        Array.ForEach(texts, _log.Write);

        Assert.True(_log.Drain(Long));
        Assert.Equal(texts, _written);
        Assert.Equal(0, _log.Dropped);
    }

    /// <summary>The writer comes back at once, whatever its reader does.</summary>
    [Fact]
    public async Task Write_ReaderThatStopped_DropsWhatFindsNoRoomAndTells()
    {
        _open.Reset();
        string half = new string('x', (DroppingLog.Room / 2) - 1) + "\n";
        _log.Write(half);
        await _reached.WaitAsync(TestContext.Current.CancellationToken);
        _log.Write(half);
        _log.Write("one\n");
        _log.Write("two\nthree\n");

        Assert.Equal((3, 3), (_log.Dropped, _droppedLines));
        Assert.False(_log.Drain(TimeSpan.Zero));
        _open.Set();
        Assert.True(_log.Drain(Long));
        _log.Write("four\n");
        Assert.True(_log.Drain(Long));
        Assert.Equal([half, "3 lines of this log were dropped\n", half, "four\n"], _written);
    }

    [Fact]
    public void Write_TextLargerThanTheRoom_IsDroppedAlone()
    {
        _log.Write(new string('x', DroppingLog.Room + 1));
        _log.Write("small\n");

        Assert.True(_log.Drain(Long));
        Assert.Equal(["1 lines of this log were dropped\n", "small\n"], _written);
    }

    [Fact]
    public void Write_PlaceThatFails_IsToldOnceTriedAfterAPauseAndHeals()
    {
        _failure = new IOException("disk is full");
        _log.Write("a\n");
        Assert.True(_log.Drain(Long));
        _failure = null;
        _log.Write("b\n");
        Assert.True(_log.Drain(Long));

        Assert.Empty(_written);
        Assert.Equal(["disk is full"], _told);
        _time.Advance(DroppingLog.Pause);
        _log.Write("c\n");
        Assert.True(_log.Drain(Long));
        Assert.Equal(["2 lines of this log were dropped\n", "c\n"], _written);
        Assert.Equal(2, _log.Dropped);
    }

    [Fact]
    public void Write_PlaceThatKeepsFailing_IsNotToldAgain()
    {
        _failure = new UnauthorizedAccessException("read only");
        for (int i = 0; i < 5; i++)
        {
            _log.Write("a\n");
            Assert.True(_log.Drain(Long));
            _time.Advance(DroppingLog.Pause);
        }

        Assert.Equal(["read only"], _told);
        Assert.Equal(5, _log.Dropped);
    }

    [Fact]
    public void Write_FailsAgainAfterItHealed_IsToldAgain()
    {
        foreach (var failure in (Exception?[])[new IOException("first"), null, new IOException("second")])
        {
            _failure = failure;
            _log.Write("a\n");
            Assert.True(_log.Drain(Long));
            _time.Advance(DroppingLog.Pause);
        }

        Assert.Equal(["first", "second"], _told);
    }

    [Fact]
    public void Dispose_WhatWaits_IsStillWrittenAndNoMoreIsTaken()
    {
        _open.Reset();
        _log.Write("a\n");
        _log.Write("b\n");

        _log.Dispose();
        _log.Write("c\n");
        _open.Set();

        Assert.True(_log.Drain(Long));
        Assert.Equal(["a\n", "b\n"], _written.Where(text => text.Length == 2));
        Assert.Equal(1, _log.Dropped);
    }

    private void Take(string text)
    {
        _reached.Release();
        _open.Wait();
        if (_failure is { } failure)
        {
            throw failure;
        }

        _written.Enqueue(text);
    }
}
