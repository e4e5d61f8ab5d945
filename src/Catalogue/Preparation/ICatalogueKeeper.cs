using ExpertCluster.Catalogue.Desired;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>Prepares a catalogue file together with what the API wants, again and again. For one caller at a time.</summary>
public interface ICatalogueKeeper
{
    /// <summary>The folder to give to routers and hosts.</summary>
    string Output { get; }

    /// <summary>What the API wanted when it was last prepared here; nothing where that is not known.</summary>
    DesiredState Last();

    /// <summary>Deletes what has been of no use for long. Cheap; does nothing where somebody else prepares.</summary>
    void Forget();

    /// <summary>Ends when something has come that <see cref="Follow"/> did not wait for: the next one takes it in.</summary>
    Task More { get; }

    /// <summary>As <see cref="Prepare"/>, but what takes long goes on behind it; a catalogue was prepared before.</summary>
    /// <inheritdoc cref="Prepare"/>
    bool Follow(DesiredState desired, bool isFileNew, CancellationToken cancellation);

    /// <summary>All of it.</summary>
    /// <param name="desired">What the API wants.</param>
    /// <param name="isFileNew">Whether the file is to be read again; else what it said last is taken.</param>
    /// <param name="cancellation">Ends the waiting for others, and what is being fetched.</param>
    /// <returns>Whether prepared.json changed.</returns>
    /// <exception cref="CatalogueException">The file can't be used, or what it names; what was there stays.</exception>
    bool Prepare(DesiredState desired, bool isFileNew, CancellationToken cancellation);
}
