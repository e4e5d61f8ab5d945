namespace ExpertCluster.Catalogue.Prepared;

/// <summary>The parts of the gates' folder, each for those who need it.</summary>
public static class GateContent
{
    /// <inheritdoc cref="IPreparedContent.OpenAsync"/>
    public static Task<PreparedPlace> OpenRequestGateAsync(this IPreparedContent content, PreparedFolder gates, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.OpenAsync(gates, "the request gate", "request/", cancellation);
    }

    /// <inheritdoc cref="IPreparedContent.OpenAsync"/>
    public static Task<PreparedPlace> OpenTokenGateAsync(this IPreparedContent content, PreparedFolder gates, string baseName, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.OpenAsync(gates, $"the token gate of base {baseName}", $"token/{baseName}/", cancellation);
    }
}
