namespace ExpertCluster.Contracts;

/// <summary>
/// Something of which there are several kinds, told apart by name: in options, in requests, in plans. A new kind is one class,
/// registered with the services of the program; the name must be its own.
/// </summary>
public interface IPolicy
{
    /// <summary>Lower-case words, as options and requests write it.</summary>
    string Name { get; }
}
