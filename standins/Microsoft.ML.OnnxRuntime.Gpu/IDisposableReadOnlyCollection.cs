namespace Microsoft.ML.OnnxRuntime;

/// <summary>A collection that owns its elements: disposing of it disposes of them.</summary>
public interface IDisposableReadOnlyCollection<T> : IReadOnlyList<T>, IDisposable;
