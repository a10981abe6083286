//! Whether the themes can be read, and told apart by eyes without red or green cones.

use super::color::{Background, Level, rgb};
use super::{HUES, ROLES, Theme, Themes};
use ratatui::style::{Color, Style};

/// Backgrounds that terminals have: black, and those of common palettes.
const DARK: [[u8; 3]; 5] = [[0; 3], [0x1e; 3], [0x28, 0x2c, 0x34], [0, 0x2b, 0x36], [0x2e, 0x34, 0x40]];
const LIGHT: [[u8; 3]; 3] = [[255; 3], [0xfd, 0xf6, 0xe3], [0xef, 0xf1, 0xf5]];

/// The least contrast of text (WCAG AA), and of lines.
const TEXT: f64 = 4.5;
const LINES: f64 = 2.9;

/// What colour blindness makes of linear light (Machado, Oliveira and Fernandes 2009, severity 1).
const EYES: [(&str, [[f64; 3]; 3]); 3] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deuteranopia",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
];

fn linear(color: [u8; 3]) -> [f64; 3] {
    color.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

fn times(matrix: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

/// WCAG 2: relative luminance.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let luminance = |color| times([[0.2126, 0.7152, 0.0722]; 3], linear(color))[0] + 0.05;
    let (a, b) = (luminance(a), luminance(b));
    a.max(b) / a.min(b)
}

/// How far two colours look apart: the distance in Oklab; 0.02 is just seen.
fn distance(eyes: [[f64; 3]; 3], a: [u8; 3], b: [u8; 3]) -> f64 {
    const CONES: [[f64; 3]; 3] = [
        [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
        [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
        [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
    ];
    const LAB: [[f64; 3]; 3] = [
        [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
        [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
        [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
    ];
    let lab = |color| {
        let seen = times(eyes, linear(color)).map(|part| part.clamp(0.0, 1.0));
        times(LAB, times(CONES, seen).map(f64::cbrt))
    };
    lab(a).into_iter().zip(lab(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// A theme's name, the backgrounds it is for, and the plain text there.
type VisionCase<T> = (&'static str, T, &'static [[u8; 3]], [u8; 3]);

fn cases() -> [VisionCase<Background>; 3] {
    [
        ("dark", Background::Dark, &DARK, [212; 3]),
        ("light", Background::Light, &LIGHT, [40; 3]),
        ("high-contrast", Background::Dark, &DARK, [255; 3]),
    ]
}

fn front(style: Style, text: [u8; 3]) -> [u8; 3] {
    style.fg.and_then(rgb).unwrap_or(text)
}

fn behind(style: Style) -> Option<[u8; 3]> {
    style.bg.and_then(rgb)
}

fn themes(level: Level) -> impl Iterator<Item = VisionCase<Theme>> {
    cases().into_iter().map(move |(name, background, grounds, text)| {
        (name, Themes::default().theme(name, background, level), grounds, text)
    })
}

#[test]
fn every_role_can_be_read_on_every_ground() {
    for level in [Level::True, Level::Indexed] {
        for (name, mut theme, grounds, text) in themes(level) {
            let (selected, band) = (behind(theme.selected), behind(theme.band));
            for (role, style) in ROLES {
                let style = *style(&mut theme);
                if role == "band" {
                    continue;
                }
                let own = behind(style);
                let grounds = match own {
                    Some(own) => vec![own],
                    None => grounds.iter().copied().chain(selected).chain(band).collect(),
                };
                let least = if role == "border" { LINES } else { TEXT };
                for ground in grounds {
                    let got = contrast(front(style, text), ground);
                    let is_line_elsewhere = role == "border" && Some(ground) == selected.or(band);
                    assert!(got >= least || is_line_elsewhere, "{name} {level:?} {role} on {ground:x?}: {got:.2}");
                }
            }
        }
    }
}

/// The terminal's own 16 colours, as they are where nobody changed them: on black, on white.
#[test]
fn sixteen_colours_can_be_read() {
    for (name, background, ground) in [("dark", Background::Dark, [0; 3]), ("light", Background::Light, [255; 3])] {
        let mut theme = Themes::default().theme(name, background, Level::Basic);
        for (role, style) in ROLES {
            let style = *style(&mut theme);
            let Some(color) = style.fg.and_then(rgb).filter(|_| style.bg.is_none() && role != "border") else {
                continue;
            };
            let got = contrast(color, ground);
            assert!(got >= TEXT, "{name} {role} {:?}: {got:.2}", style.fg);
        }
    }
}

/// What stands side by side, told apart without a look at its sign.
fn groups(theme: &Theme) -> [(&'static str, Vec<Style>, f64); 3] {
    [
        ("changes", vec![theme.added, theme.removed, theme.changed, theme.moved, theme.failure, theme.text], 0.07),
        ("types", vec![theme.key, theme.string, theme.number, theme.boolean, theme.null], 0.09),
        ("hues", theme.hues.to_vec(), 0.09),
    ]
}

#[test]
fn roles_side_by_side_are_told_apart_under_every_colour_blindness() {
    for (level, share) in [(Level::True, 1.0), (Level::Indexed, 0.6)] {
        for (name, theme, _, text) in themes(level) {
            for (group, styles, least) in groups(&theme) {
                let colors: Vec<_> = styles.iter().map(|style| front(*style, text)).collect();
                for (at, a) in colors.iter().enumerate() {
                    for (other, b) in colors.iter().enumerate().skip(at + 1) {
                        for (eyes, matrix) in EYES {
                            let got = distance(matrix, *a, *b);
                            let least = least * share;
                            assert!(got >= least, "{name} {level:?} {group} {at} and {other}, {eyes}: {got:.3}");
                        }
                    }
                }
            }
        }
    }
}

/// The least distance between the hue of an author or action and what a colour means.
const FROM_MEANINGS: f64 = 0.075;

/// A bar of somebody's hue is not taken for what was removed or changed, or for what failed.
#[test]
fn hues_keep_away_from_what_colours_mean_under_every_colour_blindness() {
    for (level, share) in [(Level::True, 1.0), (Level::Indexed, 0.6)] {
        for (name, theme, _, text) in themes(level) {
            let meanings = [("removed", theme.removed), ("changed", theme.changed), ("failure", theme.failure)];
            for (at, hue) in theme.hues.into_iter().enumerate() {
                for ((role, meaning), (eyes, matrix)) in meanings.into_iter().flat_map(|role| EYES.map(|it| (role, it)))
                {
                    let got = distance(matrix, front(hue, text), front(meaning, text));
                    let hue = at + 1;
                    assert!(got >= FROM_MEANINGS * share, "{name} {level:?} hue-{hue} and {role}, {eyes}: {got:.3}");
                }
            }
        }
    }
    // Classic has the terminal's own sixteen: no author has the one that says that something was removed.
    let classic = Themes::default().theme("classic", Background::Dark, Level::Basic);
    let meanings = [classic.removed, classic.failure, classic.added].map(|style| style.fg);
    assert!(classic.hues.iter().all(|hue| !meanings.contains(&hue.fg)), "{:?}", classic.hues);
}

#[test]
fn the_measure_knows_what_eyes_without_red_or_green_cones_confuse() {
    let (green, red) = ([0x3f, 0x9f, 0x3f], [0xb5, 0x7a, 0x1e]);
    let [normal, _, deutan] = EYES.map(|(_, eyes)| distance(eyes, green, red));
    assert!(normal > 0.15 && deutan < 0.07, "{normal:.3} {deutan:.3}");
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
    assert_eq!((HUES, rgb(Color::Indexed(196))), (6, Some([255, 0, 0])));
}
