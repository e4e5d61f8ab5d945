namespace Prometheus;

/// <summary>Thrown by a before-collect callback: the scrape answers 503 instead of half a truth.</summary>
public class ScrapeFailedException : Exception
{
    /// <summary>Creates it without a message.</summary>
    public ScrapeFailedException()
    {
    }

    /// <summary>Creates it with a message, which the scraper sees.</summary>
    public ScrapeFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message, which the scraper sees, and a cause.</summary>
    public ScrapeFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
