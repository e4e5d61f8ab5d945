using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>
/// The one lock of a store among all threads and processes of this host. It is held for looking, renaming and deleting only, never while
/// bytes are read or sent.
/// </summary>
internal sealed class StoreGate(string path)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Lock _turn = new();

    /// <summary>For a stretch of code that awaits nothing: the lock belongs to a thread.</summary>
    public Entered Enter(CancellationToken cancellation)
    {
        _turn.Enter();
        try
        {
            FileStream? file;
            while ((file = FileLock.TryTake(path)) is null)
            {
                cancellation.WaitHandle.WaitOne(Pause);
                cancellation.ThrowIfCancellationRequested();
            }

            return new Entered(this, file);
        }
        catch
        {
            _turn.Exit();
            throw;
        }
    }

    internal sealed class Entered(StoreGate gate, FileStream file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            gate._turn.Exit();
        }
    }
}
