using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>What all files of one content may have together, counted as they come: lists need not say sizes.</summary>
internal sealed class ByteBudget(long most)
{
    private long _taken;

    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) > most)
        {
            throw new ContentException($"the files have more than {most} bytes together ({SourceEnvironment.MaxBytes})");
        }
    }
}
