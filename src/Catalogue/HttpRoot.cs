namespace ExpertCluster.Catalogue;

/// <summary>Where an API or a store answers: http or https, a host, perhaps a port and a path.</summary>
internal static class HttpRoot
{
    /// <summary>Null: it is none, or says more than where: a user, a query, a fragment.</summary>
    public static Uri? Of(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            && uri is { UserInfo: "", Query: "", Fragment: "" } ? uri : null;
}
