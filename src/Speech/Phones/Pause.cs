namespace Kouyin.Speech.Phones;

/// <summary>How speech stops at a punctuation mark, weakest first.</summary>
public enum Pause
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>、 and ，: a short stop.</summary>
    Comma,

    /// <summary>； ： — …: a longer stop inside a sentence.</summary>
    Semicolon,

    /// <summary>。: the end of a statement.</summary>
    Period,

    /// <summary>！: the end of an exclamation.</summary>
    Exclamation,

    /// <summary>？: the end of a question.</summary>
    Question,
}
