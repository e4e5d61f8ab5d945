namespace ExpertCluster.Router.Errors;

/// <summary>An expected failure of a request.</summary>
/// <param name="error">The kind.</param>
/// <param name="message">For the caller: names the field and the limit, never a prompt, a path or a key.</param>
/// <param name="field">The request field at fault, or null.</param>
internal sealed class RouterException(RouterError error, string message, string? field = null) : Exception(message)
{
    public RouterError Error { get; } = error;

    public string? Field { get; } = field;
}
